// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.ingest;

import io.scrubjay.block.ClusterSize;
import io.scrubjay.engine.StorageEngine;
import io.scrubjay.pool.TestPool;

/** Ingests into a pool in memory. */
class IngestTest extends IngestContract {
    @Override
    StorageEngine newPool() {
        return TestPool.open(ClusterSize.parse("64K"), (long) CAPACITY_MIB << 20);
    }
}
