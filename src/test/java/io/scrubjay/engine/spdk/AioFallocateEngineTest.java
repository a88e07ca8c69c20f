// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.engine.spdk;

import io.scrubjay.engine.PoolOpener;
import io.scrubjay.engine.StorageEngineContract;
import org.junit.jupiter.api.extension.RegisterExtension;

import java.nio.file.Path;

/** A device whose unmapped blocks read as zeroes. */
@NeedsSpdk
class AioFallocateEngineTest extends StorageEngineContract {
    @RegisterExtension
    static final SharedPool POOL = SharedPool.on(DeviceKind.AIO_FALLOCATE, CAPACITY_CLUSTERS);

    @Override
    protected PoolOpener newPool(Path directory, int capacityClusters) {
        return POOL.opener();
    }
}
