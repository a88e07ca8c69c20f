// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.scrub;

import java.util.Optional;

/** What can be wrong with a stored chunk, with the padding after the last chunk, or with the manifest. */
public enum FindingKind {
    /** The chunk can be read, but differs from what was stored. */
    MISMATCH("mismatch"),
    /** The chunk or the manifest cannot be read from the medium. */
    UNREADABLE("unreadable"),
    /** There is a leaf, but no cluster that could hold the chunk. */
    LOST("lost"),
    /** There is no leaf, so the chunk should be zeroes, but a cluster holds other bytes. */
    STRAY("stray"),
    /** The last cluster is not all zeroes after the last byte of the image; a clone would show these bytes. */
    PADDING("padding"),
    /** The manifest can be read, but differs from what was stored, so no chunk can be compared. */
    MANIFEST_DAMAGED("manifest-damaged"),
    /** The manifest is no longer in the pool, so no chunk can be compared. */
    MANIFEST_MISSING("manifest-missing");

    private final String wireName;

    FindingKind(String wireName) {
        this.wireName = wireName;
    }

    /** The stable code in the API, in markers and in the history. */
    public String wireName() {
        return wireName;
    }

    /** The kind with this code. */
    public static Optional<FindingKind> ofWireName(String name) {
        for (FindingKind kind : values()) {
            if (kind.wireName.equals(name)) {
                return Optional.of(kind);
            }
        }
        return Optional.empty();
    }
}
