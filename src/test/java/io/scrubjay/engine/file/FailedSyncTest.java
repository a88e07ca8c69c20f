// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.engine.file;

import io.scrubjay.engine.PreloadedProcess;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

import java.nio.file.Path;
import java.util.concurrent.TimeUnit;

/** Once a sync has failed, nobody is told by the same handle that what was written is durable. */
@Timeout(value = 3, unit = TimeUnit.MINUTES)
class FailedSyncTest {
    @Test
    void noFlushSucceedsAfterOneThatFailed(@TempDir Path temporary) throws Exception {
        Path directory = temporary.toRealPath();
        PreloadedProcess process = PreloadedProcess.in(directory);
        Path pool = directory.resolve("pool");

        process.run("pool-calls.so", pool, FailedSyncMain.class, pool, process.control());
    }
}
