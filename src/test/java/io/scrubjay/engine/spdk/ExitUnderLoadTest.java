// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.engine.spdk;

import io.scrubjay.engine.spdk.LoadMain.End;
import io.scrubjay.engine.spdk.LoadMain.Load;
import io.scrubjay.engine.spdk.LoadMain.Owner;
import io.scrubjay.engine.spdk.device.SpdkDevice;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

/**
 * Processes that end in the middle of writes and snapshots, as their owners want them to: none crashes, and each leaves a
 * pool in good order, in which the next one finds everything.
 */
@NeedsSpdk
@Timeout(value = 60, unit = TimeUnit.MINUTES)
class ExitUnderLoadTest {
    private static final int SCALE = Integer.getInteger("scrubjay.test.scale", 1);
    private static final int ROUNDS = 8 * SCALE;
    private static final int ROUNDS_FORGOTTEN = SCALE;
    /** Pools of their own, so that one process starts while another works. */
    private static final int LANES = 4;

    private static final int EVENTS = 100;

    /** How a process ends. */
    enum Way {
        SIGTERM(End.WAIT, 143),
        SIGINT(End.WAIT, 130),
        RETURN(End.LEAVE, 0),
        EXIT(End.EXIT, LoadMain.STATUS),
        EXCEPTION(End.THROW, 1);

        private final End end;
        private final int status;

        Way(End end, int status) {
            this.end = end;
            this.status = status;
        }

        boolean isPossible() throws IOException {
            return this != SIGINT || LoadProcess.hearsInterrupts();
        }
    }

    @TempDir
    Path directory;

    @ParameterizedTest
    @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "RETURN")
    void poolIsLeftInGoodOrder(Way way) throws Exception {
        assumeThat(way.isPossible())
                .as("SIGINT is ignored: run the tests in a shell's foreground")
                .isTrue();
        // Given
        List<Callable<Void>> lanes = new ArrayList<>();
        for (int lane = 0; lane < LANES; lane++) {
            String name = "lane-" + lane;
            lanes.add(() -> run(name, way, Owner.CLOSES, ROUNDS / LANES));
        }

        // When
        atOnce(lanes);
    }

    /** All at once, as each waits for a while whether somebody closes the pool. */
    @Test
    void poolThatNobodyClosesIsClosedInTheEnd() throws Exception {
        // Given
        List<Callable<Void>> lanes = new ArrayList<>();
        for (Way way : Way.values()) {
            if (way.isPossible()) {
                lanes.add(() -> run(way.name(), way, Owner.FORGETS, ROUNDS_FORGOTTEN));
            }
        }

        // When
        atOnce(lanes);
    }

    private static void atOnce(List<Callable<Void>> lanes) throws Exception {
        ExecutorService threads = Executors.newFixedThreadPool(lanes.size());
        try {
            for (Future<Void> lane : threads.invokeAll(lanes)) {
                lane.get();
            }
        } finally {
            threads.shutdown();
        }
    }

    private Void run(String name, Way way, Owner owner, int rounds) throws Exception {
        // Where merges leave nothing to clear: a pool in which something is may not be marked.
        Path lane = Files.createDirectories(directory.resolve(name));
        SpdkDevice device = DeviceKind.AIO_FALLOCATE.make(lane, LoadMain.POOL_CLUSTERS);
        for (int round = 0; round < rounds; round++) {
            try (LoadProcess process = LoadProcess.start(lane, device, Load.FLUSHED_WRITES, owner, way.end, round)) {
                end(process, way);
                process.requireEnd(way.status);
                assertThat(process.log()).contains(LoadMain.MARKED);
            }
        }
        try (LoadProcess last = LoadProcess.start(lane, device, Load.NONE, End.RETURN, 0)) {
            last.requireEnd(0);
            assertThat(last.log()).contains(LoadMain.MARKED);
        }
        assertThat(lane).isDirectoryNotContaining("glob:**/hs_err*");
        return null;
    }

    private static void end(LoadProcess process, Way way) throws IOException {
        switch (way) {
            case SIGTERM -> {
                process.awaitEvents(EVENTS);
                process.terminate();
            }
            case SIGINT -> {
                process.awaitEvents(EVENTS);
                process.interrupt();
            }
            case RETURN, EXIT, EXCEPTION -> {
                // By itself.
            }
        }
    }
}
