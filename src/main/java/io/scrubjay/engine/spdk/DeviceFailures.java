// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.engine.spdk;

import io.scrubjay.engine.EngineException;
import io.scrubjay.engine.Errno;

import java.util.function.Supplier;

/**
 * Counts how often the device below a pool has failed. SPDK reports success for some changes of metadata although the
 * device refused to write them, and such a change is lost at the next start. So nothing is reported as durable, and no
 * change as done, if the device has failed at anything since it began.
 *
 * <p>Thread-safe.
 */
final class DeviceFailures {
    private static final System.Logger LOG = System.getLogger(DeviceFailures.class.getName());

    private final LvolStore store;
    private final ClusterAccounts accounts;
    private final long atOpen;
    private long known;

    /** Starts to count. Blocks for SPDK. */
    DeviceFailures(LvolStore store, ClusterAccounts accounts) {
        this.store = store;
        this.accounts = accounts;
        this.atOpen = store.failedIo();
        this.known = atOpen;
    }

    /** The last count. Never waits for SPDK. */
    synchronized long known() {
        return known;
    }

    /** The count when the pool was opened. */
    long atOpen() {
        return atOpen;
    }

    /** Whether the device has failed since that count was taken. Blocks for SPDK. */
    boolean hasFailedSince(long before) {
        learn();
        return known() > before;
    }

    /** Takes the current count: the failures so far have been reported to their callers. Blocks for SPDK. */
    void learn() {
        if (learn(store.failedIo())) {
            accounts.audit();
        }
    }

    /** Whether the device has failed since the pool was opened. Blocks for SPDK. */
    boolean hasFailed() {
        return hasFailedSince(atOpen);
    }

    private synchronized boolean learn(long count) {
        if (count <= known) {
            return false;
        }
        LOG.log(
                System.Logger.Level.ERROR,
                "the device has failed {0} requests since the pool was opened; check it in the kernel log",
                count - atOpen);
        known = count;
        return true;
    }

    /**
     * Makes a change to metadata.
     *
     * @throws EngineException.DeviceFailed when the device has failed meanwhile: the change was made, was not made, or
     *     lasts only until the next start
     */
    <T> T watching(Supplier<T> change) {
        long before = known();
        T result = change.get();
        if (hasFailedSince(before)) {
            throw new EngineException.DeviceFailed("the device, while metadata was being written,", Errno.EIO);
        }
        return result;
    }
}
