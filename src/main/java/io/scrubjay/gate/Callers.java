// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.gate;

import io.quarkus.security.identity.SecurityIdentity;
import io.quarkus.security.runtime.QuarkusSecurityIdentity;
import io.quarkus.vertx.http.runtime.security.QuarkusHttpUser;
import io.scrubjay.access.Caller;
import io.scrubjay.access.Role;
import io.vertx.ext.web.RoutingContext;

import java.util.Optional;
import java.util.Set;

/** Translates between callers and identities of the framework. */
final class Callers {
    private Callers() {}

    static SecurityIdentity identity(Caller caller) {
        Set<String> roles = caller.role().map(Role::includedNames).orElse(Set.of());
        return QuarkusSecurityIdentity.builder()
                .setPrincipal(caller)
                .addRoles(roles)
                .build();
    }

    /** The authenticated sender of this request, if there is one. */
    static Optional<Caller> of(RoutingContext request) {
        return request.user() instanceof QuarkusHttpUser user ? of(user.getSecurityIdentity()) : Optional.empty();
    }

    /** The caller that one of the agent's own authentication mechanisms has found. */
    static Optional<Caller> of(SecurityIdentity identity) {
        return identity.getPrincipal() instanceof Caller caller ? Optional.of(caller) : Optional.empty();
    }
}
