// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.volume;

import io.scrubjay.engine.StorageEngine;
import io.scrubjay.engine.spdk.DeviceKind;
import io.scrubjay.engine.spdk.NeedsSpdk;
import io.scrubjay.engine.spdk.SharedPool;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Images that are made from volumes and snapshots of an SPDK pool in memory. */
@NeedsSpdk
class MallocVolumeImagesTest extends VolumeImagesContract {
    @RegisterExtension
    static final SharedPool POOL = SharedPool.on(DeviceKind.MALLOC, CAPACITY_MIB);

    @Override
    StorageEngine newPool() {
        return POOL.lend();
    }
}
