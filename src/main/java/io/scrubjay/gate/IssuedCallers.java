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
 * Gives callers with a JWT the role that the agent assigns to them, and no other. A token without a subject is invalid,
 * since nobody could be held responsible for its requests. Thread-safe; never waits.
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
        // An identity that is neither anonymous nor from one of the agent's own mechanisms keeps none of its original
        // roles.
        if (!(identity.getPrincipal() instanceof JsonWebToken token)
                || token.getSubject() == null
                || token.getSubject().isBlank()) {
            return Uni.createFrom().failure(new AuthenticationFailedException());
        }
        return Uni.createFrom().item(Callers.identity(authentication.issued(token.getSubject(), identity.getRoles())));
    }
}
