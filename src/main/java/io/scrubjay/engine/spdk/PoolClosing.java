// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.engine.spdk;

import io.scrubjay.engine.Unreadable;
import io.scrubjay.engine.spdk.device.BaseDevice;
import io.scrubjay.engine.spdk.device.DeviceLock;

import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * How a pool is closed in good order, once nobody uses a volume of it: the mark is left, the device synced, the store
 * unloaded, and the device given free. Confined to the thread that closes the pool; blocks.
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
     * Gives the pool up. A device that fails its last sync is given up all the same.
     *
     * @param missing what SPDK has not opened
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
            // ORDER: what SPDK has not let go of stays locked.
            pool.release();
            DeviceLock.giveUp(options.device());
        }
    }
}
