// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.engine.spdk;

/** Clears the clusters of volumes nobody sees any more, and deletes them. Thread-safe; blocks for the device. */
final class Disposal {
    private final OpenPool pool;

    Disposal(OpenPool pool) {
        this.pool = pool;
    }

    /** INVARIANT I-6: SPDK hands a freed cluster out as it is. */
    void clearAndDelete(String uuid) {
        if (!pool.clearing().unmapClears()) {
            NativeHandle handle = pool.openWrite(uuid);
            try {
                long size = pool.store().get(uuid).sizeBytes();
                Errno.require(new Clusters(handle, pool.clusterSize()).clearAll(size), "clear a deleted volume");
            } finally {
                handle.close();
            }
        }
        pool.store().delete(uuid);
    }
}
