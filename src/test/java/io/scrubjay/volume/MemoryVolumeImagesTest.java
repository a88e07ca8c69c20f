// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.volume;

import io.scrubjay.block.ClusterSize;
import io.scrubjay.engine.StorageEngine;
import io.scrubjay.pool.TestPool;

/** Images that are made from volumes and snapshots of a pool in memory. */
class MemoryVolumeImagesTest extends VolumeImagesContract {
    @Override
    StorageEngine newPool() {
        return TestPool.open(ClusterSize.parse("64K"), (long) CAPACITY_MIB << 20);
    }
}
