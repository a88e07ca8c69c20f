// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.manifest;

import java.io.Serial;

/**
 * Stored bytes are not the manifest, quarantine marker or label that was written: they are truncated, changed, of a
 * version that this build does not know, or impossible. Says what is wrong and where.
 */
public final class ManifestDamaged extends RuntimeException {
    @Serial
    private static final long serialVersionUID = 1;

    private final String what;
    private final long offsetBytes;

    /**
     * @param what what is wrong, for people
     * @param offsetBytes the position in the stored bytes at which it was noticed
     */
    ManifestDamaged(String what, long offsetBytes) {
        this(what, offsetBytes, null);
    }

    ManifestDamaged(String what, long offsetBytes, Throwable cause) {
        super(what + " (at byte " + offsetBytes + ")", cause);
        this.what = what;
        this.offsetBytes = offsetBytes;
    }

    /** The damage, as a text for people. */
    public String what() {
        return what;
    }

    /** The position in the stored bytes at which it was noticed. */
    public long offsetBytes() {
        return offsetBytes;
    }
}
