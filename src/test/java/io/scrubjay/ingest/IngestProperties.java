// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.ingest;

import io.scrubjay.block.ClusterSize;
import io.scrubjay.engine.StorageEngine;
import io.scrubjay.pool.TestPool;
import net.jqwik.api.PropertyDefaults;

/** What is stored is what was sent, in pools in memory with clusters of any size. */
@PropertyDefaults(tries = 60)
class IngestProperties extends IngestBytesContract {
    @Override
    StorageEngine newPool(ClusterSize wished) {
        return TestPool.open(wished, (long) CAPACITY_MIB << 20);
    }
}
