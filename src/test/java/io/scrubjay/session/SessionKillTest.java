// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.session;

import io.scrubjay.engine.SteppedProcess;
import io.scrubjay.engine.StorageEngine;
import io.scrubjay.manifest.SessionStore;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;

import static org.assertj.core.api.Assertions.assertThat;

/** A process that receives a resumable upload is killed again and again: what it answered is there, and in the end the file. */
class SessionKillTest {
    private static final int KILLS_MAX = 8;

    @TempDir
    Path directory;

    @Test
    void anUploadGoesOnAfterEveryKill() throws IOException, InterruptedException {
        // Given
        Random random = new Random(1);
        Path pool = directory.resolve("pool");
        long answered = 0;

        // When
        for (int kill = 0; kill < KILLS_MAX; kill++) {
            Path log = directory.resolve("log-" + kill);
            try (SteppedProcess process =
                    SteppedProcess.start(log, SessionKillMain.class, pool.toString(), Integer.toString(kill))) {
                process.await(SessionKillMain.AT);
                int answers = 1 + random.nextInt(5);
                while (process.awaitOrEnd(SessionKillMain.AT)
                        && offsets(process).size() < answers) {
                    Thread.onSpinWait();
                }
                answered = Math.max(answered, last(offsets(process)));
            }
            assertThat(durable(pool)).as("after kill %d", kill).isGreaterThanOrEqualTo(answered);
        }
        try (SteppedProcess process = SteppedProcess.start(
                directory.resolve("log"), SessionKillMain.class, pool.toString(), Integer.toString(KILLS_MAX))) {
            process.await(SessionKillMain.READY);
            assertThat(process.status()).isZero();
        }

        // Then
        try (StorageEngine engine = SessionKillMain.open(pool);
                SessionKit kit = new SessionKit(engine)) {
            assertThat(kit.stored(kit.image("disk").orElseThrow())).isEqualTo(SessionKillMain.file());
            assertThat(engine.list()).as("the image and its manifest").hasSize(2);
        }
    }

    /** What the process has answered; a line that it is just writing does not count. */
    private static List<Long> offsets(SteppedProcess process) throws IOException {
        String said = process.said();
        return said.substring(0, said.lastIndexOf('\n') + 1)
                .lines()
                .filter(line -> line.startsWith(SessionKillMain.AT))
                .map(line -> Long.parseLong(line.substring(SessionKillMain.AT.length())))
                .toList();
    }

    private static long last(List<Long> offsets) {
        return offsets.isEmpty() ? 0 : offsets.get(offsets.size() - 1);
    }

    /** How many bytes the next start finds: all of them, if there is an image already. */
    private static long durable(Path pool) {
        try (StorageEngine engine = SessionKillMain.open(pool);
                SessionKit kit = new SessionKit(engine)) {
            return kit.image("disk").isPresent()
                    ? SessionKillMain.LENGTH
                    : kit.offset(new SessionStore(engine).scan().get(0).id());
        }
    }
}
