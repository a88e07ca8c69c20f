// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.access;

import java.security.Principal;
import java.util.Objects;
import java.util.Optional;

/**
 * Somebody who asks for something.
 *
 * @param name what the log calls it; no secret
 * @param role what it may do; nothing without one
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

    /** Whether it may do what this role may. */
    public boolean has(Role needed) {
        return role.filter(own -> own.compareTo(needed) >= 0).isPresent();
    }
}
