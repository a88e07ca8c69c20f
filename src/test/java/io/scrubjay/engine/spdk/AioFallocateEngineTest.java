package io.scrubjay.engine.spdk;

import io.scrubjay.engine.PoolOpener;
import io.scrubjay.engine.StorageEngineContract;

import java.nio.file.Path;

/** A device whose unmapped blocks read as zeroes. */
@NeedsSpdk
class AioFallocateEngineTest extends StorageEngineContract {
    @Override
    protected PoolOpener newPool(Path directory, int capacityClusters) {
        SpdkPool pool = DeviceKind.AIO_FALLOCATE.pool(directory, capacityClusters);
        return () -> SpdkEngine.open(pool);
    }
}
