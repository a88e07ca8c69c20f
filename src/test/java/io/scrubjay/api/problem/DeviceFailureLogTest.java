// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.api.problem;

import io.scrubjay.engine.EngineException.DeviceFailed;
import io.scrubjay.engine.EngineException.DeviceStalled;
import io.scrubjay.gate.RecordedLog;
import io.scrubjay.refusal.Refusal;
import io.scrubjay.refusal.RefusedException;
import org.junit.jupiter.api.Test;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

import static org.assertj.core.api.Assertions.assertThat;

/** What the log says of requests while the pool is away or read-only. */
class DeviceFailureLogTest {
    private static final int EROFS = 30;

    private final AtomicLong nanos = new AtomicLong(Long.MAX_VALUE - 1);
    private final AtomicInteger count = new AtomicInteger();
    private final DeviceFailureLog failures =
            new DeviceFailureLog(nanos::get, () -> "reference-" + count.incrementAndGet());

    private static RefusedException refused(int number) {
        return RefusedException.because(new DeviceFailed("create volumes/v" + number, EROFS));
    }

    /** The whole of what was logged under a reference, with stack traces if there are any. */
    private static List<String> entries(RecordedLog log) {
        return log.lines().stream()
                .filter(line -> line.message().startsWith("reference-"))
                .map(RecordedLog.Line::whole)
                .toList();
    }

    @Test
    void eachFailureIsOneLineWithItsReasonAndNoStackTrace() {
        try (RecordedLog log = RecordedLog.open()) {
            String reference = failures.tell(refused(7));

            assertThat(entries(log)).singleElement().satisfies(entry -> {
                assertThat(entry).contains(reference, "create volumes/v7 failed (errno 30)");
                assertThat(entry.strip()).doesNotContain("\n");
            });
        }
    }

    @Test
    void linesAreBoundedAndEveryReferenceIsInTheLog() {
        try (RecordedLog log = RecordedLog.open()) {
            List<String> given = new ArrayList<>();
            for (int i = 0; i < 5 * DeviceFailureLog.LINES_MAX; i++) {
                given.add(failures.tell(refused(i)));
            }

            assertThat(entries(log)).hasSize(DeviceFailureLog.LINES_MAX + 1);
            assertThat(entries(log).get(DeviceFailureLog.LINES_MAX)).contains("they are not logged");
            assertThat(new HashSet<>(given))
                    .hasSize(DeviceFailureLog.LINES_MAX + 1)
                    .allSatisfy(reference -> assertThat(entries(log))
                            .anySatisfy(entry -> assertThat(entry).contains(reference + ":")));
        }
    }

    @Test
    void aMinuteLaterFailuresAreListedAgain() {
        for (int i = 0; i < 2 * DeviceFailureLog.LINES_MAX; i++) {
            String unused = failures.tell(refused(i));
        }
        String shared = failures.tell(refused(0));
        nanos.addAndGet(Duration.ofMinutes(1).toNanos() - 1);
        assertThat(failures.tell(refused(0))).isEqualTo(shared);
        nanos.incrementAndGet();

        try (RecordedLog log = RecordedLog.open()) {
            assertThat(failures.tell(refused(99))).isNotEqualTo(shared);

            assertThat(entries(log)).singleElement().asString().contains("v99");
        }
    }

    /** Where nobody knows what happened, the stack trace is what tells. */
    @Test
    void onlyTheDeviceIsToldOfWithoutAStackTrace() {
        assertThat(DeviceFailureLog.isOne(refused(1))).isTrue();
        assertThat(DeviceFailureLog.isOne(RefusedException.because(new DeviceStalled("list", Duration.ofSeconds(1)))))
                .isTrue();
        assertThat(DeviceFailureLog.isOne(new RefusedException(Refusal.DEVICE_FAILED, "an error inside the agent")))
                .isFalse();
        assertThat(DeviceFailureLog.isOne(
                        new RefusedException(Refusal.DEVICE_FAILED, "a bug", new IllegalStateException("a bug"))))
                .isFalse();
    }

    @Test
    void theMapperTellsOfThemSo() {
        try (RecordedLog log = RecordedLog.open()) {
            Problem problem = new ProblemMapper()
                    .failed(new DeviceFailed("pread the-only-one", 5))
                    .getEntity();

            assertThat(log.lines().stream()
                            .filter(line ->
                                    line.message().startsWith(problem.instance().orElseThrow())))
                    .singleElement()
                    .satisfies(line -> assertThat(line.whole().strip()).doesNotContain("\n"));
        }
    }
}
