// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.volume;

import java.util.concurrent.atomic.AtomicBoolean;

/** The right to use a volume until closed; it is not deleted meanwhile. Thread-safe. */
final class VolumeLease implements AutoCloseable {
    private final NamedVolume volume;
    private final AtomicBoolean open = new AtomicBoolean(true);

    VolumeLease(NamedVolume volume) {
        this.volume = volume;
    }

    NamedVolume volume() {
        return volume;
    }

    /** Ends the lease. Twice is harmless. */
    @Override
    public void close() {
        if (open.compareAndSet(true, false)) {
            volume.leaseEnded();
        }
    }
}
