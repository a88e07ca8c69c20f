// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.ingest;

import io.scrubjay.block.ClusterSize;
import io.scrubjay.engine.StorageEngine;
import io.scrubjay.engine.spdk.DeviceKind;
import io.scrubjay.engine.spdk.NeedsSpdk;
import io.scrubjay.engine.spdk.SharedPool;
import net.jqwik.api.PropertyDefaults;
import net.jqwik.api.ShrinkingMode;
import net.jqwik.api.lifecycle.AfterContainer;

/**
 * The same on an SPDK pool on a device whose unmapped blocks read as zeroes. With fewer tries than in memory, for each takes a hundred times as long.
 * Nothing is shrunk: that goes on beside the next property, and there is but one pool.
 */
@NeedsSpdk
@PropertyDefaults(tries = 12, shrinking = ShrinkingMode.OFF)
class AioFallocateIngestProperties extends IngestBytesContract {
    private static final SharedPool POOL = SharedPool.on(DeviceKind.AIO_FALLOCATE, CAPACITY_MIB);

    @AfterContainer
    static void giveUp() {
        POOL.close();
    }

    /** The cluster size is the pool's own. */
    @Override
    StorageEngine newPool(ClusterSize wished) {
        return POOL.lend();
    }
}
