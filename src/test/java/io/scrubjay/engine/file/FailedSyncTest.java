// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.engine.file;

import io.scrubjay.engine.PreloadedProcess;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;

/** What the engine says and tells once a sync has failed. */
@Timeout(value = 5, unit = TimeUnit.MINUTES)
class FailedSyncTest {
    /** Once a sync has failed, nobody is told by the same handle that what was written is durable. */
    @Test
    void noFlushSucceedsAfterOneThatFailed(@TempDir Path temporary) throws Exception {
        Path directory = temporary.toRealPath();
        PreloadedProcess process = PreloadedProcess.in(directory);
        Path pool = directory.resolve("pool");

        process.run("pool-calls.so", pool, FailedSyncMain.class, pool, process.control());
    }

    @Test
    void whatIsToldAfterASyncThatFailedIsWhatTheNextStartFinds(@TempDir Path temporary) throws Exception {
        Path directory = temporary.toRealPath();
        PreloadedProcess process = PreloadedProcess.in(directory);
        Path pools = Files.createDirectory(directory.resolve("pools"));

        process.run("pool-calls.so", pools, FailedSyncSweepMain.class, pools, process.control());
    }
}
