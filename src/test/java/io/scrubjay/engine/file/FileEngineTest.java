// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.engine.file;

import io.scrubjay.block.ClusterSize;
import io.scrubjay.engine.PoolOpener;
import io.scrubjay.engine.StorageEngineContract;

import java.nio.file.Path;

/** The contract on whatever file system the directory for temporary files has. */
class FileEngineTest extends StorageEngineContract {
    @Override
    protected PoolOpener newPool(Path directory, int capacityClusters) {
        FilePool pool = FilePool.at(directory.resolve("pool")).withClusterSize(ClusterSize.parse("16K"));
        return () -> FileEngine.open(pool);
    }

    @Override
    public boolean limitsCapacity() {
        return false;
    }
}
