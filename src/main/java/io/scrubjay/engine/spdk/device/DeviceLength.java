// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.engine.spdk.device;

import io.scrubjay.engine.EngineException;
import io.scrubjay.engine.spdk.ondisk.Medium;

/**
 * Whether a device has been cut short under an open pool: what lay behind its end is gone, and SPDK notices at the next
 * request there. Thread-safe: guarded by itself.
 */
public final class DeviceLength {
    private static final System.Logger LOG = System.getLogger(DeviceLength.class.getName());

    private final Medium medium;
    private final long sizeBytes;
    private volatile boolean whole = true;

    /** As it is now is how it has to stay. */
    public DeviceLength(Medium medium) {
        this.medium = medium;
        this.sizeBytes = medium.size();
    }

    /** Whether it was at least as long as it had been when it was last looked at. Waits for nobody. */
    public boolean isWhole() {
        return whole;
    }

    /** Looks how long it is, and says so in the log when it is cut short. Blocks for the device. */
    public synchronized void look() {
        boolean before = whole;
        whole = holds();
        if (before && !whole) {
            LOG.log(
                    System.Logger.Level.ERROR,
                    "the device {0} is smaller than before: it had {1} bytes. Restore its size, then scrub all images",
                    medium,
                    Long.toString(sizeBytes));
        }
    }

    private boolean holds() {
        try {
            return medium.size() >= sizeBytes;
        } catch (EngineException unknown) {
            return false;
        }
    }
}
