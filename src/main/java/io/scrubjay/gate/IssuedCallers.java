package io.scrubjay.gate;

import io.quarkus.security.identity.AuthenticationRequestContext;
import io.quarkus.security.identity.SecurityIdentity;
import io.quarkus.security.identity.SecurityIdentityAugmentor;
import io.scrubjay.access.Admission;
import io.smallrye.mutiny.Uni;
import jakarta.inject.Singleton;
import org.eclipse.microprofile.jwt.JsonWebToken;

/** Gives those whom an issuer vouches for the role that they have here, and no other. Thread-safe; never waits. */
@Singleton
public final class IssuedCallers implements SecurityIdentityAugmentor {
    private final Admission admission;

    IssuedCallers(Admission admission) {
        this.admission = admission;
    }

    @Override
    public Uni<SecurityIdentity> augment(SecurityIdentity identity, AuthenticationRequestContext context) {
        if (!(identity.getPrincipal() instanceof JsonWebToken token) || token.getSubject() == null) {
            return Uni.createFrom().item(identity);
        }
        return Uni.createFrom()
                .item(Callers.identity(admission.issued(token.getSubject(), identity.getRoles()), Callers.Way.ISSUER));
    }
}
