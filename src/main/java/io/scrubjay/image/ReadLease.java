// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.image;

import java.util.concurrent.atomic.AtomicBoolean;

/** The right to read an image's bytes until closed; the image is not deleted meanwhile. Thread-safe. */
public final class ReadLease implements AutoCloseable {
    private final Image image;
    private final AtomicBoolean open = new AtomicBoolean(true);

    ReadLease(Image image) {
        this.image = image;
    }

    public Image image() {
        return image;
    }

    /** Whether somebody waits for this lease to end. A scrub lets go at the next chunk; a download may go on. */
    public boolean isAskedBack() {
        return image.isRetiring();
    }

    /** Ends the lease. Twice is harmless. */
    @Override
    public void close() {
        if (open.compareAndSet(true, false)) {
            image.leaseEnded();
        }
    }
}
