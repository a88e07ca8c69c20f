// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.engine.spdk;

import io.scrubjay.engine.PoolOpener;
import io.scrubjay.engine.StorageEngineContract;
import org.junit.jupiter.api.extension.RegisterExtension;

import java.nio.file.Path;

/** A device in memory: it lasts as long as the process, and its pool can be closed and opened in it. */
@NeedsSpdk
class MallocEngineTest extends StorageEngineContract {
    @RegisterExtension
    static final SharedPool POOL = SharedPool.on(DeviceKind.MALLOC, CAPACITY_CLUSTERS);

    @Override
    protected PoolOpener newPool(Path directory, int capacityClusters) {
        return POOL.opener();
    }
}
