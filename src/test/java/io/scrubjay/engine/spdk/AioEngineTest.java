package io.scrubjay.engine.spdk;

import io.scrubjay.engine.PoolOpener;
import io.scrubjay.engine.StorageEngineContract;

import java.nio.file.Path;

/** A device without unmap: everything has to be cleared by writing. */
@NeedsSpdk
class AioEngineTest extends StorageEngineContract {
    @Override
    protected PoolOpener newPool(Path directory, int capacityClusters) {
        SpdkPool pool = TestDevice.pool(new SpdkDevice.Aio(TestDevice.make(directory, capacityClusters), false));
        return () -> SpdkEngine.open(pool);
    }
}
