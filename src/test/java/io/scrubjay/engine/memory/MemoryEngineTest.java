// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.engine.memory;

import io.scrubjay.block.ClusterSize;
import io.scrubjay.engine.PoolOpener;
import io.scrubjay.engine.StorageEngineContract;

import java.nio.file.Path;

class MemoryEngineTest extends StorageEngineContract {
    @Override
    protected PoolOpener newPool(Path directory, int capacityClusters) {
        ClusterSize clusterSize = ClusterSize.parse("16K");
        MemoryMedium medium = MemoryMedium.of(clusterSize, (long) capacityClusters * clusterSize.bytes());
        return () -> MemoryEngine.open(medium);
    }
}
