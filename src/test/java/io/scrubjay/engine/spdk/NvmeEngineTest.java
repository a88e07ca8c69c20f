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
            target.close();
        }
    }

    @Override
    protected PoolOpener newPool(Path directory, int capacityClusters) {
        SpdkPool pool = TestDevice.pool(target.add(TestDevice.make(directory, capacityClusters)));
        return () -> SpdkEngine.open(pool);
    }
}
