// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.manifest;

import java.io.Serial;

/**
 * Stored bytes are not the manifest, or not the quarantine marker, that was written: cut short, changed, of a version
 * this build does not know, or impossible. Says what is wrong and where.
 */
public final class ManifestDamaged extends RuntimeException {
    @Serial
    private static final long serialVersionUID = 1;

    private final String what;
    private final long offsetBytes;

    /**
     * @param what what is wrong, for people
     * @param offsetBytes where in the stored bytes it was noticed
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

    /** Where in the stored bytes it was noticed. */
    public long offsetBytes() {
        return offsetBytes;
    }
}
