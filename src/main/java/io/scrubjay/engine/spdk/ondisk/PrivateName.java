// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.engine.spdk.ondisk;

import java.util.UUID;

/**
 * Names of the engine's internal volumes: none is a {@link io.scrubjay.engine.VolumeName}, so no list shows them. Each
 * kind says what the volume means after a crash:
 */
public enum PrivateName {
    /** A volume that was being made: it does not count as made. Deleted. */
    NEW("~new-"),
    /** A volume that was being deleted: it counts as deleted. Cleared, then deleted. */
    DELETED("~deleted-"),
    /** Free clusters that were being cleared. Cleared, then deleted. */
    CLEANING("~cleaning-"),
    /**
     * The volume that proves that the device accepts writes. Cleared and deleted, if it contains what was written to
     * it; otherwise left as it is, since its cluster may belong to another volume too.
     */
    PROOF("~proof-"),
    /** The mark that the pool was closed with only zeroes in its free clusters. Deleted as soon as the pool is open. */
    CLEAN("~all-clear"),
    /**
     * Says that the pool was used while something in it could not be read, which may be a mark ({@link #CLEAN}): a mark
     * that becomes readable now is older, and does not count. Deleted after all marks, as soon as everything can be
     * read.
     */
    VOID("~void-marks"),
    /**
     * Says which volume is being resized for a moment ({@code BriefGrowth}). Deleted when that volume has its size
     * back.
     */
    GROWN("~grown-");

    private final String prefix;

    PrivateName(String prefix) {
        this.prefix = prefix;
    }

    /** A new name of this kind. */
    public String fresh() {
        return prefix + UUID.randomUUID();
    }

    /** Whether a name is of this kind. */
    public boolean matches(String name) {
        return name.startsWith(prefix);
    }

    /** Whether a name is that of an internal volume. */
    public static boolean isPrivate(String name) {
        return name.startsWith("~");
    }

    /** The name of this kind's only volume. */
    public String single() {
        return prefix;
    }
}
