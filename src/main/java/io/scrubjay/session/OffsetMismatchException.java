// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.session;

import io.scrubjay.refusal.Refusal;
import io.scrubjay.refusal.RefusedException;

import java.io.Serial;

/** A piece begins at another byte than the session's offset. */
public final class OffsetMismatchException extends RefusedException {
    @Serial
    private static final long serialVersionUID = 1;

    private final long offsetBytes;

    OffsetMismatchException(long sent, long offsetBytes) {
        super(
                Refusal.UPLOAD_OFFSET_MISMATCH,
                "Upload-Offset is " + sent + ", but the upload has " + offsetBytes + " bytes; go on at byte "
                        + offsetBytes);
        this.offsetBytes = offsetBytes;
    }

    /** Where the next piece has to begin. */
    public long offsetBytes() {
        return offsetBytes;
    }
}
