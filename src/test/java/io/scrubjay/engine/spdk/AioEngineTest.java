// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.engine.spdk;

import io.scrubjay.engine.PoolOpener;
import io.scrubjay.engine.StorageEngineContract;
import org.junit.jupiter.api.extension.RegisterExtension;

import java.nio.file.Path;

/** A device without unmap: everything has to be cleared by writing. */
@NeedsSpdk
class AioEngineTest extends StorageEngineContract {
    @RegisterExtension
    static final SharedPool POOL = SharedPool.on(DeviceKind.AIO, CAPACITY_CLUSTERS);

    @Override
    protected PoolOpener newPool(Path directory, int capacityClusters) {
        return POOL.opener();
    }
}
