// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.engine.spdk.ondisk;

import java.util.UUID;

/**
 * Names of volumes that are the engine's own business: none is a {@link io.scrubjay.engine.VolumeName}, so no list shows
 * them. What one of them means after a crash:
 */
public enum PrivateName {
    /** A volume being made: it never was. Deleted. */
    NEW("~new-"),
    /** A volume being deleted: it is gone. Cleared, then deleted. */
    DELETED("~deleted-"),
    /** Free clusters being cleared. Cleared, then deleted. */
    CLEANING("~cleaning-"),
    /**
     * What proves that the device takes writes. Cleared, then deleted, if it holds what was written to it; or else left as it
     * is, since its cluster may be another volume's too.
     */
    PROOF("~proof-"),
    /** The pool was closed with nothing but zeroes in its free clusters. Deleted as soon as it is open. */
    CLEAN("~all-clear"),
    /**
     * The pool was used while something in it could not be read, which may be a mark of the kind above: one that appears now
     * is older, and says nothing. Deleted after all marks, as soon as everything can be read.
     */
    VOID("~void-marks"),
    /** The volume it names has another size for a moment ({@code BriefGrowth}). Deleted when it is cut back. */
    GROWN("~grown-");

    private final String prefix;

    PrivateName(String prefix) {
        this.prefix = prefix;
    }

    /** A name of this kind that no volume has. */
    public String fresh() {
        return prefix + UUID.randomUUID();
    }

    /** Whether a name is of this kind. */
    public boolean matches(String name) {
        return name.startsWith(prefix);
    }

    /** Whether a name is the engine's own. */
    public static boolean isPrivate(String name) {
        return name.startsWith("~");
    }

    /** The name of the one there is. */
    public String single() {
        return prefix;
    }
}
