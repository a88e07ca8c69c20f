// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.scrub;

import java.util.Optional;

/** What can be wrong with a stored chunk, what is behind the last one, or the manifest they are compared with. */
public enum FindingKind {
    /** The chunk reads well, but is not what was stored. */
    MISMATCH("mismatch"),
    /** The medium does not give the chunk back, or the manifest. */
    UNREADABLE("unreadable"),
    /** There is a leaf, but not one cluster that could hold the chunk. */
    LOST("lost"),
    /** There is no leaf, so the chunk should be zeroes, but a cluster holds something else. */
    STRAY("stray"),
    /** Behind the last byte of the image its last cluster is not zeroes; a clone would show that. */
    PADDING("padding"),
    /** The manifest reads well, but is not what was stored, so no chunk can be compared. */
    MANIFEST_DAMAGED("manifest-damaged"),
    /** The manifest is not in the pool any more, so no chunk can be compared. */
    MANIFEST_MISSING("manifest-missing");

    private final String wireName;

    FindingKind(String wireName) {
        this.wireName = wireName;
    }

    /** The stable code on the wire, in markers and in the history. */
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
