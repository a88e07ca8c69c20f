// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.ingest;

import io.scrubjay.block.ClusterSize;
import io.scrubjay.engine.StorageEngine;
import io.scrubjay.engine.file.FileEngine;
import io.scrubjay.engine.file.FilePool;
import io.scrubjay.flow.WindowPool;
import io.scrubjay.manifest.ImageId;
import io.scrubjay.source.HeapBytes;
import io.scrubjay.source.StreamOffset;

import java.io.IOException;
import java.nio.file.Path;

/** A program that keeps this many mebibytes in a spool, says so, and waits: {@code KilledSpoolMain <pool> <mebibytes>}. */
final class KilledSpoolMain {
    static final String KEPT = "everything is kept";

    private static final int MIB = 1 << 20;

    private KilledSpoolMain() {}

    public static void main(String[] arguments) throws IOException {
        WindowPool windows = new WindowPool(MIB, 3);
        Stores stores = new Stores(Runnable::run, failed -> {});
        FilePool pool = FilePool.at(Path.of(arguments[0])).withClusterSize(ClusterSize.parse("64K"));
        try (StorageEngine engine = FileEngine.open(pool);
                PoolSpool spool = new PoolSpool(
                        engine, new WindowShare(windows, 3, stores), stores, ImageId.random(), all -> {})) {
            HeapBytes bytes = HeapBytes.of(SparseBytes.full(MIB), 0, MIB);
            for (long at = 0; at < Integer.parseInt(arguments[1]); at++) {
                spool.keep(new StreamOffset(at * MIB + 5), bytes);
            }
            System.out.println(KEPT);
            int unused = System.in.read();
        }
    }
}
