// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.engine.file;

import io.scrubjay.block.ClusterSize;
import io.scrubjay.engine.PoolOpener;
import io.scrubjay.engine.StorageEngineContract;

import java.nio.file.Path;
import java.util.Optional;

/** The contract on whatever file system the directory for temporary files has; of a full pool, on a small one in memory. */
class FileEngineTest extends StorageEngineContract {
    private static final ClusterSize SMALL_POOLS = ClusterSize.parse("1M");
    /** For all that is no cluster: together with what is left of it, less than one more. */
    private static final int OVERHEAD_BYTES = SMALL_POOLS.bytes() - 4096;

    private Optional<MountedFileSystem> small = Optional.empty();

    @Override
    protected PoolOpener newPool(Path directory, int capacityClusters) {
        FilePool pool = FilePool.at(directory.resolve("pool")).withClusterSize(ClusterSize.parse("16K"));
        return () -> FileEngine.open(pool);
    }

    @Override
    protected PoolOpener newSmallPool(Path directory, int capacityClusters) {
        long bytes = (long) capacityClusters * SMALL_POOLS.bytes() + OVERHEAD_BYTES;
        MountedFileSystem memory = MountedFileSystem.inMemory(directory, "tmpfs", "size=" + bytes);
        small = Optional.of(memory);
        FilePool pool = FilePool.at(memory.path().resolve("pool")).withClusterSize(SMALL_POOLS);
        return () -> FileEngine.open(pool);
    }

    @Override
    protected void removePool() {
        small.ifPresent(MountedFileSystem::close);
    }

    @Override
    public boolean limitsCapacity() {
        return false;
    }
}
