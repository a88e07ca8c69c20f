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

    /** The caller of this name, who proved it in this way; its role is the one configured for the subject. */
    public Caller caller(String subject, Way way) {
        return new Caller(subject, Optional.ofNullable(roles.get(subject)), way);
    }

    /**
     * The caller of a JWT.
     *
     * @param groups the groups in the JWT; a group that is named like a role gives that role
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
