// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.engine.file;

import io.scrubjay.engine.EngineTraits.CloneCost;
import io.scrubjay.engine.PreloadedProcess;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

import java.nio.file.Path;
import java.util.concurrent.TimeUnit;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

/** A snapshot that is copied, and takes its time for it, is of one moment all the same. */
@Timeout(value = 5, unit = TimeUnit.MINUTES)
class SnapshotMomentTest {
    @Test
    void noSnapshotHasAWriteWithoutTheOneBefore(@TempDir Path temporary) throws Exception {
        Path directory = temporary.toRealPath();
        Path pool = directory.resolve("pool");
        try (FileEngine engine = FileEngine.open(FilePool.at(pool))) {
            assumeTrue(
                    engine.traits().cloneCost() == CloneCost.COPIED,
                    "the file system of " + directory + " shares blocks; this test needs another one, such as ext4");
        }
        PreloadedProcess process = PreloadedProcess.in(directory);

        process.run("pool-calls.so", pool, SnapshotMomentMain.class, pool, process.control());
    }
}
