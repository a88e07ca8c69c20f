// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.access;

import java.util.Collection;
import java.util.Map;
import java.util.Optional;

/** Which role the subjects of issuers and certificates have. Immutable. */
public final class Subjects {
    private final Map<String, Role> roles;

    public Subjects(Map<String, Role> roles) {
        this.roles = Map.copyOf(roles);
    }

    /** A caller that somebody else vouches for by name only, in this way. */
    public Caller caller(String subject, Way way) {
        return new Caller(subject, Optional.ofNullable(roles.get(subject)), way);
    }

    /**
     * A caller that an issuer vouches for.
     *
     * @param groups what the issuer says it belongs to; the names of roles count
     */
    public Caller caller(String subject, Collection<String> groups) {
        Caller configured = caller(subject, Way.ISSUER);
        return groups.stream()
                .map(Role::ofWireName)
                .flatMap(Optional::stream)
                .max(Role::compareTo)
                .filter(highest -> !configured.has(highest))
                .map(highest -> Caller.of(subject, highest, Way.ISSUER_GROUP))
                .orElse(configured);
    }
}
