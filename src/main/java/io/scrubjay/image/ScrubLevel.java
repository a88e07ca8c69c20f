// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.image;

import java.util.Optional;

/** How thoroughly a scrub compares. */
public enum ScrubLevel {
    /** CRC-32C of every stored chunk. */
    LIGHT("light"),
    /** SHA-256 of every stored chunk. */
    DEEP("deep");

    private final String wireName;

    ScrubLevel(String wireName) {
        this.wireName = wireName;
    }

    public String wireName() {
        return wireName;
    }

    public static Optional<ScrubLevel> ofWireName(String name) {
        for (ScrubLevel level : values()) {
            if (level.wireName.equals(name)) {
                return Optional.of(level);
            }
        }
        return Optional.empty();
    }
}
