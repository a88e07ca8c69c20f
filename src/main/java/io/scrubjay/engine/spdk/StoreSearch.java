// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.engine.spdk;

import io.scrubjay.engine.spdk.device.BaseDevice;
import io.scrubjay.engine.spdk.device.FailedRequests;
import io.scrubjay.engine.spdk.process.JsonRpc;

import java.util.Optional;

/** SPDK's look for a store on a device that has just been attached. Confined to the thread that opens the pool. */
final class StoreSearch {
    private final JsonRpc rpc;
    private final BaseDevice base;
    private long failedReads;

    StoreSearch(JsonRpc rpc, BaseDevice base) {
        this.rpc = rpc;
        this.base = base;
    }

    /**
     * Has SPDK look for a store, and load one it finds. By itself SPDK does not: it would look into volumes, too, and take one
     * away from us in which a guest has made such a store.
     */
    void run() {
        if (found().isEmpty()) {
            long before = FailedRequests.of(rpc, base.name());
            rpc.call("bdev_examine", JsonRpc.parameters().put("name", base.name()));
            rpc.call("bdev_wait_for_examine");
            failedReads = found().isEmpty() ? FailedRequests.of(rpc, base.name()) - before : 0;
        }
    }

    /** The store SPDK has found. */
    Optional<LvolStore> found() {
        return LvolStore.on(rpc, base.name());
    }

    /**
     * How many requests the device has failed while SPDK looked for a store, and found none. When that was the read of the
     * list of volumes, SPDK (26.05) forgets the store half loaded, and the device open: a deletion would never end.
     */
    long failedReads() {
        return failedReads;
    }
}
