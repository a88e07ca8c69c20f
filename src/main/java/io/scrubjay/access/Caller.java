// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.access;

import java.security.Principal;
import java.util.Objects;
import java.util.Optional;

/**
 * Somebody who sends requests.
 *
 * @param name its name in the log; not a secret
 * @param role what the caller may do; empty if it may do nothing
 * @param way how it proved who it is
 */
public record Caller(String name, Optional<Role> role, Way way) implements Principal {
    public Caller {
        Objects.requireNonNull(role);
        Objects.requireNonNull(way);
        if (name.isBlank()) {
            throw new IllegalArgumentException("a caller has a name");
        }
    }

    public static Caller of(String name, Role role, Way way) {
        return new Caller(name, Optional.of(role), way);
    }

    @Override
    public String getName() {
        return name;
    }

    /** Whether the caller may do everything that this role allows. */
    public boolean has(Role needed) {
        return role.filter(own -> own.compareTo(needed) >= 0).isPresent();
    }
}
