// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.engine.spdk;

import io.scrubjay.engine.spdk.device.BaseDevice;
import io.scrubjay.engine.spdk.device.FailedRequests;
import io.scrubjay.engine.spdk.process.JsonRpc;

import java.util.Optional;

/** Has SPDK search for a store on a device that has just been attached. Confined to the thread that opens the pool. */
final class StoreSearch {
    private final JsonRpc rpc;
    private final BaseDevice base;
    private long failedReads;

    StoreSearch(JsonRpc rpc, BaseDevice base) {
        this.rpc = rpc;
        this.base = base;
    }

    /**
     * Has SPDK search for a store, and load it. SPDK does not do so by itself here: it would also look into volumes,
     * and claim a volume in which a guest has made such a store.
     */
    void run() {
        if (found().isEmpty()) {
            long before = FailedRequests.of(rpc, base.name());
            rpc.call("bdev_examine", JsonRpc.parameters().put("name", base.name()));
            rpc.call("bdev_wait_for_examine");
            failedReads = found().isEmpty() ? FailedRequests.of(rpc, base.name()) - before : 0;
        }
    }

    /** The store that SPDK has found. */
    Optional<LvolStore> found() {
        return LvolStore.on(rpc, base.name());
    }

    /**
     * How many requests the device has failed while SPDK searched for a store and found none. If the failed request was
     * the read of the list of volumes, SPDK (26.05) drops the half-loaded store but leaves the device open: deleting
     * the device would never end.
     */
    long failedReads() {
        return failedReads;
    }
}
