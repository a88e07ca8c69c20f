package io.scrubjay.engine.spdk;

import io.scrubjay.engine.PoolOpener;
import io.scrubjay.engine.StorageEngineContract;

import java.nio.file.Path;

/** A device without unmap: everything has to be cleared by writing. */
@NeedsSpdk
class AioEngineTest extends StorageEngineContract {
    @Override
    protected PoolOpener newPool(Path directory, int capacityClusters) {
        SpdkPool pool = DeviceKind.AIO.pool(directory, capacityClusters);
        return () -> SpdkEngine.open(pool);
    }
}
