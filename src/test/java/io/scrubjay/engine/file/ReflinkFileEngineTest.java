// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.engine.file;

import io.scrubjay.block.ClusterSize;
import io.scrubjay.engine.EngineTraits.CloneCost;
import io.scrubjay.engine.PoolOpener;
import io.scrubjay.engine.StorageEngineContract;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicInteger;

import static org.assertj.core.api.Assertions.assertThat;

/** The contract where files can share blocks: on an XFS made for this, if this user may mount one. */
class ReflinkFileEngineTest extends StorageEngineContract {
    private static final AtomicInteger POOLS = new AtomicInteger();

    @TempDir
    static Path scratch;

    private static MountedFileSystem xfs;

    @BeforeAll
    static void mount() {
        xfs = MountedFileSystem.inFile(scratch, 512L << 20, "mkfs.xfs", "-q", "-m", "reflink=1");
    }

    @AfterAll
    static void unmount() {
        if (xfs != null) {
            xfs.close();
        }
    }

    @Override
    protected PoolOpener newPool(Path directory, int capacityClusters) {
        FilePool pool = FilePool.at(xfs.path().resolve("pool-" + POOLS.incrementAndGet()))
                .withClusterSize(ClusterSize.parse("16K"));
        return () -> FileEngine.open(pool);
    }

    @Override
    protected PoolOpener newSmallPool(Path directory, int capacityClusters) {
        return Assumptions.abort(
                "XFS frees the space of deleted files only after a while; FileEngineTest tests a full pool");
    }

    @Override
    public boolean limitsCapacity() {
        return false;
    }

    @Test
    void reflinksAreFound() {
        assertThat(engine().traits().cloneCost()).isEqualTo(CloneCost.SHARED);
    }
}
