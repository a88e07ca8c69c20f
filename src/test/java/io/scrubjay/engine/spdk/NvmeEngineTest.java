// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.engine.spdk;

import io.scrubjay.engine.PoolOpener;
import io.scrubjay.engine.StorageEngineContract;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Path;

/** A namespace over NVMe/TCP: SPDK's driver and the bounce of one on the PCI bus, without the bus. */
@NeedsPolling
class NvmeEngineTest extends StorageEngineContract {
    private static final SharedPool POOL = SharedPool.of(
            directory -> TestDevice.pool(NvmeEngineTest.target.add(TestDevice.make(directory, CAPACITY_CLUSTERS))));

    @TempDir
    static Path targetDirectory;

    private static NvmeTarget target;

    @BeforeAll
    static void startTarget() throws IOException {
        target = NvmeTarget.start(targetDirectory);
    }

    @AfterAll
    static void endTarget() {
        if (target != null) {
            POOL.close();
            target.close();
        }
    }

    @Override
    protected PoolOpener newPool(Path directory, int capacityClusters) {
        return POOL.opener();
    }
}
