package io.scrubjay.engine.spdk;

import io.scrubjay.engine.PoolOpener;
import io.scrubjay.engine.StorageEngineContract;

import java.nio.file.Path;

/** A device whose unmapped blocks read as zeroes. */
@NeedsSpdk
class AioFallocateEngineTest extends StorageEngineContract {
    @Override
    protected PoolOpener newPool(Path directory, int capacityClusters) {
        SpdkPool pool = TestDevice.pool(new SpdkDevice.Aio(TestDevice.make(directory, capacityClusters), true));
        return () -> SpdkEngine.open(pool);
    }
}
