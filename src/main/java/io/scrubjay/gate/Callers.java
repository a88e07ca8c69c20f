package io.scrubjay.gate;

import io.quarkus.security.identity.SecurityIdentity;
import io.quarkus.security.runtime.QuarkusPrincipal;
import io.quarkus.security.runtime.QuarkusSecurityIdentity;
import io.quarkus.vertx.http.runtime.security.QuarkusHttpUser;
import io.scrubjay.access.Caller;
import io.scrubjay.access.Role;
import io.vertx.ext.web.RoutingContext;

import java.util.Optional;
import java.util.Set;

/** Between callers and what the framework calls them. */
final class Callers {
    private static final String WAY = "scrubjay.way";

    private Callers() {}

    /** How somebody proved who it is. */
    enum Way {
        TOKEN("token"),
        ISSUER("oidc"),
        CERTIFICATE("certificate"),
        UPLOAD_URL("upload-url"),
        /** Nobody has to prove anything. */
        OPEN("open");

        private final String wireName;

        Way(String wireName) {
            this.wireName = wireName;
        }

        String wireName() {
            return wireName;
        }
    }

    static SecurityIdentity identity(Caller caller, Way way) {
        Set<String> roles = caller.role().map(Role::includedNames).orElse(Set.of());
        return QuarkusSecurityIdentity.builder()
                .setPrincipal(new QuarkusPrincipal(caller.name()))
                .addRoles(roles)
                .addAttribute(WAY, way)
                .build();
    }

    /** Who sends this request, when that is known. */
    static Optional<SecurityIdentity> of(RoutingContext request) {
        return request.user() instanceof QuarkusHttpUser user
                        && !user.getSecurityIdentity().isAnonymous()
                ? Optional.of(user.getSecurityIdentity())
                : Optional.empty();
    }

    static Optional<Way> way(SecurityIdentity identity) {
        return Optional.ofNullable(identity.<Way>getAttribute(WAY));
    }
}
