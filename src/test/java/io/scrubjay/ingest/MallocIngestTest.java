// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.ingest;

import io.scrubjay.engine.StorageEngine;
import io.scrubjay.engine.spdk.DeviceKind;
import io.scrubjay.engine.spdk.NeedsSpdk;
import io.scrubjay.engine.spdk.SharedPool;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Ingests into an SPDK pool in memory. */
@NeedsSpdk
class MallocIngestTest extends IngestContract {
    @RegisterExtension
    static final SharedPool POOL = SharedPool.on(DeviceKind.MALLOC, CAPACITY_MIB);

    @Override
    StorageEngine newPool() {
        return POOL.lend();
    }
}
