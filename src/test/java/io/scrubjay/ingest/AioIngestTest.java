// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.ingest;

import io.scrubjay.engine.StorageEngine;
import io.scrubjay.engine.spdk.DeviceKind;
import io.scrubjay.engine.spdk.NeedsSpdk;
import io.scrubjay.engine.spdk.SharedPool;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Ingests into an SPDK pool on a device without unmap. */
@NeedsSpdk
class AioIngestTest extends IngestContract {
    @RegisterExtension
    static final SharedPool POOL = SharedPool.on(DeviceKind.AIO, CAPACITY_MIB);

    @Override
    StorageEngine newPool() {
        return POOL.lend();
    }
}
