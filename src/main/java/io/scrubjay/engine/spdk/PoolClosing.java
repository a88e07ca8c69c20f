// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.engine.spdk;

import io.scrubjay.engine.Unreadable;
import io.scrubjay.engine.spdk.device.BaseDevice;
import io.scrubjay.engine.spdk.device.DeviceLock;

import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Closes a pool cleanly once nobody uses a volume of it: leaves the mark, syncs the device, unloads the store, and
 * releases the device. Confined to the thread that closes the pool; blocks.
 */
final class PoolClosing {
    private final SpdkPool options;
    private final OpenPool pool;
    private final BaseDevice base;

    PoolClosing(SpdkPool options, OpenPool pool, BaseDevice base) {
        this.options = options;
        this.pool = pool;
        this.base = base;
    }

    /**
     * Closes the pool. The device is released even if its last sync fails.
     *
     * @param missing the volumes that SPDK has not opened
     */
    void run(List<Unreadable> missing) {
        Optional<Set<String>> afterFailures = Optional.empty();
        try {
            pool.mendAfterFailures();
            pool.proof().remove();
            pool.freeSpace().closing();
            pool.sync();
            afterFailures = missing.isEmpty() ? pool.volumesAfterFailures() : Optional.empty();
        } finally {
            base.detach();
            afterFailures.ifPresent(uuids -> pool.unloadedAfterFailures(options, uuids));
            // ORDER: a device that SPDK has not released stays locked.
            pool.release();
            DeviceLock.giveUp(options.device());
        }
    }
}
