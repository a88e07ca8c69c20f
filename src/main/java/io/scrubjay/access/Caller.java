package io.scrubjay.access;

import java.util.Objects;
import java.util.Optional;

/**
 * Somebody who asks for something.
 *
 * @param name what the log calls it; no secret
 * @param role what it may do; nothing without one
 */
public record Caller(String name, Optional<Role> role) {
    public Caller {
        Objects.requireNonNull(role);
        if (name.isEmpty()) {
            throw new IllegalArgumentException("a caller has a name");
        }
    }

    public static Caller of(String name, Role role) {
        return new Caller(name, Optional.of(role));
    }
}
