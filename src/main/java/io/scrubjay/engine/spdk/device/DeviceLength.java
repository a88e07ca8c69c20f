// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.engine.spdk.device;

import io.scrubjay.engine.EngineException;
import io.scrubjay.engine.spdk.ondisk.Medium;

/**
 * Finds out whether a device has become shorter while its pool is open: everything behind its new end is lost, and SPDK
 * notices only at the next request there. Thread-safe: guarded by itself.
 */
public final class DeviceLength {
    private static final System.Logger LOG = System.getLogger(DeviceLength.class.getName());

    private final Medium medium;
    private final long sizeBytes;
    private volatile boolean whole = true;

    /** Takes the present length as the one that the device has to keep. */
    public DeviceLength(Medium medium) {
        this.medium = medium;
        this.sizeBytes = medium.size();
    }

    /** Whether the device, when last checked, was at least as long as at the beginning. Waits for nobody. */
    public boolean isWhole() {
        return whole;
    }

    /** Checks the length, and logs an error when the device has become shorter. Blocks for the device. */
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
