// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.image;

import java.util.concurrent.atomic.AtomicBoolean;

/**
 * The right to use an image, a snapshot or a volume, which is not deleted before the lease is closed. Thread-safe;
 * never waits.
 *
 * @param <T> the type of the thing that is used
 */
public final class Lease<T> implements AutoCloseable {
    private final Leases<T> leases;
    private final AtomicBoolean open = new AtomicBoolean(true);

    Lease(Leases<T> leases) {
        this.leases = leases;
    }

    /** The image, snapshot or volume that this is a lease of. */
    public T leased() {
        return leases.leased();
    }

    /**
     * Whether a deletion waits for this lease to end. A scrub then ends its lease at the next chunk; a download may go
     * on.
     */
    public boolean isAskedBack() {
        return leases.isRetiring();
    }

    /** Ends the lease. Closing twice is harmless. */
    @Override
    public void close() {
        if (open.compareAndSet(true, false)) {
            leases.ended();
        }
    }
}
