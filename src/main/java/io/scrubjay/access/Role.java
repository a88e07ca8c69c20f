// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.access;

import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/** What a caller may do. Each role includes those before it. */
public enum Role {
    /** Look at and download everything. */
    READ,
    /** Create images. */
    UPLOAD,
    /** Delete, and change volumes, snapshots, exports and scrubs. */
    ADMIN;

    /** The name of {@link #READ}, for annotations, which need a constant. */
    public static final String READ_NAME = "read";
    /** The name of {@link #UPLOAD}, for annotations. */
    public static final String UPLOAD_NAME = "upload";
    /** The name of {@link #ADMIN}, for annotations. */
    public static final String ADMIN_NAME = "admin";

    /** The role of this name in files, claims and annotations. */
    public static Optional<Role> ofWireName(String name) {
        return Arrays.stream(values())
                .filter(role -> role.wireName().equals(name))
                .findAny();
    }

    /** Its name in files, claims and annotations. */
    public String wireName() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** The names of this role and of the roles that it includes. */
    public Set<String> includedNames() {
        return Arrays.stream(values())
                .filter(role -> role.compareTo(this) <= 0)
                .map(Role::wireName)
                .collect(Collectors.toUnmodifiableSet());
    }
}
