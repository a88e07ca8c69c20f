// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.source;

import java.util.Optional;

/** The disk image formats of the API. */
public enum ImageFormat {
    RAW("raw"),
    QCOW2("qcow2");

    private final String wireName;

    ImageFormat(String wireName) {
        this.wireName = wireName;
    }

    public String wireName() {
        return wireName;
    }

    public static Optional<ImageFormat> ofWireName(String name) {
        for (ImageFormat format : values()) {
            if (format.wireName.equals(name)) {
                return Optional.of(format);
            }
        }
        return Optional.empty();
    }
}
