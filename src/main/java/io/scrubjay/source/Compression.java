// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.source;

import java.util.Optional;

/** The compressions of the API. */
public enum Compression {
    NONE("none"),
    GZIP("gzip"),
    XZ("xz"),
    ZSTD("zstd");

    private final String wireName;

    Compression(String wireName) {
        this.wireName = wireName;
    }

    public String wireName() {
        return wireName;
    }

    public static Optional<Compression> ofWireName(String name) {
        for (Compression compression : values()) {
            if (compression.wireName.equals(name)) {
                return Optional.of(compression);
            }
        }
        return Optional.empty();
    }
}
