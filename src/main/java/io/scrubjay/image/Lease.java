// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.image;

import java.util.concurrent.atomic.AtomicBoolean;

/**
 * The right to use an image, a snapshot or a volume until closed; it is not deleted meanwhile. Thread-safe; never waits.
 *
 * @param <T> what is used
 */
public final class Lease<T> implements AutoCloseable {
    private final Leases<T> leases;
    private final AtomicBoolean open = new AtomicBoolean(true);

    Lease(Leases<T> leases) {
        this.leases = leases;
    }

    /** What this is a lease of. */
    public T leased() {
        return leases.leased();
    }

    /** Whether a deletion waits for this lease to end. A scrub lets go at the next chunk; a download may go on. */
    public boolean isAskedBack() {
        return leases.isRetiring();
    }

    /** Ends the lease. Twice is harmless. */
    @Override
    public void close() {
        if (open.compareAndSet(true, false)) {
            leases.ended();
        }
    }
}
