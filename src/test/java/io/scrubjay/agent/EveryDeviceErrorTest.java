// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.agent;

import io.scrubjay.MemoryDirectory;
import io.scrubjay.engine.EngineException;
import io.scrubjay.engine.FailingDisk;
import io.scrubjay.engine.FailingDisk.Request;
import io.scrubjay.engine.SteppedProcess;
import io.scrubjay.engine.StorageEngine;
import io.scrubjay.engine.spdk.NeedsSpdk;
import io.scrubjay.refusal.RefusedException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import java.io.IOException;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.LongStream;
import java.util.stream.Stream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

/**
 * The device below SPDK fails one request with EIO, whoever makes it: the engine, or SPDK for its own metadata. What was
 * asked for is refused, or was done; everything else goes on being served; and the next start, on the healthy device,
 * finds the pool as before, or as the operation leaves it.
 *
 * <p>SPDK (26.05) does not survive some requests of a clone, of a deletion, which is made by way of a clone, and of a snapshot of a
 * volume that has one already. These operations are done in a process of its own, which may end: that is a crash, and what
 * had been answered by then is so.
 *
 * <p>A few requests of each kind are tried, the first and the last among them; with {@code -Dscrubjay.test.scale=2} or
 * more it is all of them.
 */
@NeedsSpdk
@Timeout(value = 15, unit = TimeUnit.MINUTES)
class EveryDeviceErrorTest {
    private static final int FEW = 3;
    /** What SPDK does wrong, it does soon. */
    private static final int MORE = 4;

    private static final int TRY_AGAIN = 75;

    @TempDir(factory = MemoryDirectory.class)
    Path directory;

    private FailingDisk disk;
    private StoredPool pool;
    private Optional<SteppedProcess> elsewhere = Optional.empty();
    /** How often another process was asked for something. */
    private int asked;

    @BeforeEach
    void fillADisk() throws IOException {
        disk = FailingDisk.in(directory, StoredPool.DEVICE_BYTES);
        pool = StoredPool.onSpdk(directory, disk);
        pool.fill();
    }

    @AfterEach
    void removeIt() throws IOException, InterruptedException {
        endElsewhere();
        if (disk != null) {
            disk.close();
        }
    }

    @ParameterizedTest
    @EnumSource(
            names = {
                "START",
                "SCRUB",
                "DOWNLOAD",
                "WRITE",
                "CREATE_VOLUME",
                "GROW",
                "INFLATE",
                "DECOUPLE",
                "INGEST",
                "DELETE_SNAPSHOT"
            })
    void oneRequestThatFailsCostsNothing(StoredOperation operation) throws Exception {
        sweep(operation, EnumSet.allOf(Request.class), this::outcome, FEW);
    }

    @ParameterizedTest
    @EnumSource(names = {"CLONE", "SNAPSHOT", "DELETE_IMAGE"})
    void oneRequestThatMayTakeTheProcessAlongCostsNothing(StoredOperation operation) throws Exception {
        sweep(operation, EnumSet.of(Request.READ, Request.WRITE), this::outcomeElsewhere, MORE);
    }

    /** A flush that fails fails the metadata that it was for. */
    @ParameterizedTest
    @EnumSource(names = {"CLONE", "SNAPSHOT", "DELETE_IMAGE"})
    void oneFlushThatMayTakeTheProcessAlongCostsNothing(StoredOperation operation) throws Exception {
        sweep(operation, EnumSet.of(Request.FLUSH), this::outcomeElsewhere, FEW);
    }

    @Test
    void diskThatTakesNoWritesSaysSoAndServesWhatItHas() throws Exception {
        Map<String, String> before = pool.found();
        try (StorageEngine engine = pool.open();
                StoredPool.Agent agent = StoredPool.Agent.started(engine)) {
            engine.proveWritable();

            disk.failAll(Request.WRITE);

            assertThat(isDone(StoredOperation.INGEST, agent)).isFalse();
            assertThatThrownBy(engine::proveWritable).isInstanceOf(EngineException.DeviceFailed.class);
            agent.download("disk");
            agent.read("clone");
            assertThat(agent.scrub()).isEmpty();

            disk.heal();
            engine.proveWritable();
        } catch (EngineException notInGoodOrder) {
            assertThat(notInGoodOrder).isInstanceOf(EngineException.DeviceFailed.class);
        }

        Map<String, String> after = pool.found();
        // The page of what could not be made.
        after.remove("unreadable");
        before.remove("unreadable");
        assertThat(after).isEqualTo(before);
    }

    /** Does an operation while the n-th request of a kind fails. */
    private interface Trial {
        Outcome of(StoredOperation operation, Request request, long n) throws IOException, InterruptedException;
    }

    private void sweep(StoredOperation operation, Set<Request> kinds, Trial trial, int few) throws Exception {
        Map<String, String> before = pool.found();
        pool.fill();
        Outcome clean = outcome(operation, Request.READ, 0);
        assertThat(clean.acknowledged()).as("a clean run of %s", operation).isTrue();
        Map<String, String> after = pool.found();

        for (Request request : kinds) {
            long requests = clean.requests().get(request);
            boolean met = requests == 0;
            for (long n : places(requests, few)) {
                pool.fill();
                Outcome outcome = trial.of(operation, request, n);
                met |= outcome.requests().get(request) >= n;

                String when =
                        "what is found after %s when %s %d of %d failed".formatted(operation, request, n, requests);
                assertThat(found(when)).as(when).isIn(outcome.acknowledged() ? List.of(after) : List.of(before, after));
            }
            assertThat(met).as("a %s has failed", request).isTrue();
        }
    }

    private Map<String, String> found(String when) {
        try {
            return pool.found();
        } catch (EngineException refused) {
            throw new AssertionError(when, refused);
        }
    }

    /**
     * What came of an operation.
     *
     * @param requests how many of each kind the device saw meanwhile
     */
    private record Outcome(boolean acknowledged, Map<Request, Long> requests) {}

    /** Does it while the n-th request of a kind fails; while none does for 0. */
    private Outcome outcome(StoredOperation operation, Request request, long n) throws InterruptedException {
        Optional<Outcome> outcome = Optional.empty();
        if (operation == StoredOperation.START) {
            disk.fail(request, n);
        }
        try (StorageEngine engine = pool.open();
                StoredPool.Agent agent = StoredPool.Agent.started(engine)) {
            if (operation != StoredOperation.START) {
                disk.fail(request, n);
            }
            boolean acknowledged = isDone(operation, agent);
            outcome = Optional.of(new Outcome(acknowledged, requests()));
            disk.heal();
            if (operation != StoredOperation.START) {
                agent.download("disk");
            }
        } catch (EngineException refused) {
            // The start is refused, or the device has failed before and the pool cannot be closed in good order.
        }
        Outcome came = outcome.orElseGet(() -> new Outcome(false, requests()));
        disk.heal();
        return came;
    }

    /** The same in another process, which goes on with the next one unless it has ended. */
    private Outcome outcomeElsewhere(StoredOperation operation, Request request, long n)
            throws IOException, InterruptedException {
        SteppedProcess process = elsewhere.isPresent() ? elsewhere.get() : startElsewhere();
        asked++;
        process.tell(operation.name());
        process.await(DeviceErrorMain.OPEN + asked);
        disk.fail(request, n);
        process.goOn();
        boolean goesOn = process.awaitOrEnd(DeviceErrorMain.DONE + asked, DeviceErrorMain.REFUSED + asked);
        Map<Request, Long> requests = requests();
        disk.heal();
        if (goesOn) {
            process.goOn();
            goesOn = process.awaitOrEnd(DeviceErrorMain.CLOSED + asked);
        }
        boolean acknowledged = process.said().contains(DeviceErrorMain.DONE + asked);
        if (!goesOn) {
            int status = process.status();
            assertThat(status == TRY_AGAIN || process.hasCrashed())
                    .as("status %d: %s", status, process.said())
                    .isTrue();
            System.out.println("EveryDeviceErrorTest: the process ended when " + request + " " + n + " of " + operation
                    + " failed: status " + status);
            endElsewhere();
        }
        return new Outcome(acknowledged, requests);
    }

    private SteppedProcess startElsewhere() throws IOException {
        SteppedProcess started = SteppedProcess.start(
                directory.resolve("log-" + asked),
                DeviceErrorMain.class,
                disk.file().toString(),
                Integer.toString(asked));
        elsewhere = Optional.of(started);
        return started;
    }

    private void endElsewhere() throws InterruptedException {
        if (elsewhere.isPresent()) {
            elsewhere.get().close();
        }
        elsewhere = Optional.empty();
    }

    private Map<Request, Long> requests() {
        return Stream.of(Request.values()).collect(Collectors.toMap(Function.identity(), disk::seen));
    }

    static boolean isDone(StoredOperation operation, StoredPool.Agent agent) throws InterruptedException {
        try {
            operation.run(agent);
            return true;
        } catch (RefusedException | EngineException refused) {
            return false;
        }
    }

    /** All numbers up to this one, or a few of them. */
    private static List<Long> places(long last, int few) {
        if (Integer.getInteger("scrubjay.test.scale", 1) > 1 || last <= few) {
            return LongStream.rangeClosed(1, last).boxed().toList();
        }
        return LongStream.range(0, few)
                .map(part -> 1 + part * (last - 1) / (few - 1))
                .boxed()
                .toList();
    }
}
