package io.scrubjay.engine.spdk;

import io.scrubjay.engine.PoolOpener;
import io.scrubjay.engine.StorageEngineContract;

import java.nio.file.Path;

/** A device in memory: it lasts as long as the process, and its pool can be closed and opened in it. */
@NeedsSpdk
class MallocEngineTest extends StorageEngineContract {
    @Override
    protected PoolOpener newPool(Path directory, int capacityClusters) {
        SpdkPool pool = DeviceKind.MALLOC.pool(directory, capacityClusters);
        return () -> SpdkEngine.open(pool);
    }
}
