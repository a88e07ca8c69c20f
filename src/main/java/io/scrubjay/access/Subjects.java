package io.scrubjay.access;

import java.util.Collection;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/** Which role the subjects of issuers and certificates have. Immutable. */
public final class Subjects {
    private final Map<String, Role> roles;

    public Subjects(Map<String, Role> roles) {
        this.roles = Map.copyOf(roles);
    }

    /** A caller that somebody else vouches for by name only. */
    public Caller caller(String subject) {
        return new Caller(subject, Optional.ofNullable(roles.get(subject)));
    }

    /**
     * A caller that an issuer vouches for.
     *
     * @param groups what the issuer says it belongs to; the names of roles count
     */
    public Caller caller(String subject, Collection<String> groups) {
        Optional<Role> highest = Stream.concat(
                        Stream.ofNullable(roles.get(subject)),
                        groups.stream().map(Role::ofWireName).flatMap(Optional::stream))
                .max(Role::compareTo);
        return new Caller(subject, highest);
    }
}
