// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.gate;

import io.quarkus.security.AuthenticationFailedException;
import io.quarkus.security.identity.AuthenticationRequestContext;
import io.quarkus.security.identity.SecurityIdentity;
import io.quarkus.security.identity.SecurityIdentityAugmentor;
import io.scrubjay.access.Authentication;
import io.smallrye.mutiny.Uni;
import jakarta.inject.Singleton;
import org.eclipse.microprofile.jwt.JsonWebToken;

/**
 * Gives those whom an issuer vouches for the role that they have here, and no other. A token that does not say whose it is
 * is worth nothing: what it did could be put down to nobody. Thread-safe; never waits.
 */
@Singleton
public final class IssuedCallers implements SecurityIdentityAugmentor {
    private final Authentication authentication;

    IssuedCallers(Authentication authentication) {
        this.authentication = authentication;
    }

    @Override
    public Uni<SecurityIdentity> augment(SecurityIdentity identity, AuthenticationRequestContext context) {
        if (identity.isAnonymous() || Callers.of(identity).isPresent()) {
            return Uni.createFrom().item(identity);
        }
        // Whatever is neither nobody nor known by one of our own ways keeps none of the roles it came with.
        if (!(identity.getPrincipal() instanceof JsonWebToken token)
                || token.getSubject() == null
                || token.getSubject().isBlank()) {
            return Uni.createFrom().failure(new AuthenticationFailedException());
        }
        return Uni.createFrom().item(Callers.identity(authentication.issued(token.getSubject(), identity.getRoles())));
    }
}
