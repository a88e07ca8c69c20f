// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.agent;

import org.jboss.logmanager.ExtLogRecord;
import org.jboss.logmanager.formatters.PatternFormatter;
import org.jboss.logmanager.handlers.OutputStreamHandler;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogRecord;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

@Timeout(120)
class LogSinkTest {
    private static final String AUDIT = "io.scrubjay.audit";
    private static final String DEADLY = "deadly";

    private final LostLines lost = new LostLines();
    private final Place place = new Place();
    private final LogSink sink = new LogSink("place", place, lost, () -> {});

    /** Takes lines, or is stuck, or throws. */
    private static final class Place extends Handler {
        private final List<String> lines = new ArrayList<>();
        private volatile CountDownLatch stuck = new CountDownLatch(0);
        private volatile boolean throwing;
        private volatile boolean closed;

        @Override
        public void publish(LogRecord line) {
            try {
                stuck.await();
            } catch (InterruptedException closing) {
                return;
            }
            if (throwing) {
                throw new IllegalStateException("no more paper");
            }
            if (line.getMessage().equals(DEADLY)) {
                throw new AssertionError("a bug in the place");
            }
            synchronized (lines) {
                lines.add(line.getMessage());
            }
        }

        private List<String> lines() {
            synchronized (lines) {
                return List.copyOf(lines);
            }
        }

        @Override
        public void flush() {}

        @Override
        public void close() {
            closed = true;
        }
    }

    /** A stream on a disk that is full. */
    private static final class FullDisk extends OutputStream {
        private volatile boolean full = true;
        private final ByteArrayOutputStream written = new ByteArrayOutputStream();

        @Override
        public void write(int octet) throws IOException {
            write(new byte[] {(byte) octet}, 0, 1);
        }

        @Override
        public void write(byte[] bytes, int from, int count) throws IOException {
            if (full) {
                throw new IOException("No space left on device");
            }
            written.write(bytes, from, count);
        }
    }

    @AfterEach
    void close() {
        place.stuck.countDown();
        sink.close();
    }

    private static ExtLogRecord line(String category, String text) {
        ExtLogRecord line = new ExtLogRecord(Level.INFO, text, LogSinkTest.class.getName());
        line.setLoggerName(category);
        return line;
    }

    private void log(int count) {
        for (int i = 0; i < count; i++) {
            sink.publish(line("other", "line " + i));
        }
    }

    @Test
    void linesAreWrittenInTheirOrder() {
        // When
        log(3 * LogSink.LINES_MAX);
        sink.flush();

        // Then
        assertThat(place.lines()).hasSize(3 * LogSink.LINES_MAX).startsWith("line 0", "line 1");
        assertThat(lost.other()).isZero();
    }

    @Test
    void aPlaceThatThrowsFailsNobodyAndIsCounted() {
        // Given
        place.throwing = true;

        // When
        sink.publish(line(AUDIT, "changed"));
        sink.publish(line("other", "said"));
        sink.publish(line(AUDIT, "changed"));
        sink.flush();

        // Then
        assertThat(lost.audit()).isEqualTo(2);
        assertThat(lost.other()).isEqualTo(1);
    }

    @Test
    void whatIsMissingIsSaidWhereItIsMissing() {
        // Given
        place.throwing = true;
        log(3);
        sink.flush();

        // When
        place.throwing = false;
        log(2);
        sink.flush();

        // Then
        assertThat(place.lines()).hasSize(3).startsWith("line 0").endsWith("line 1");
        assertThat(place.lines().get(1))
                .startsWith("3 log lines are missing here")
                .contains("no more paper");
    }

    @Test
    void aFullDiskIsCountedUntilThereIsRoom() {
        // Given
        FullDisk disk = new FullDisk();
        OutputStreamHandler file = new OutputStreamHandler(disk, new PatternFormatter("%s%n"));
        file.setAutoFlush(true);
        try (LogSink full = new LogSink("file", file, lost, () -> {})) {
            for (int i = 0; i < 5; i++) {
                full.publish(line(AUDIT, "line " + i));
            }
            full.flush();
            assertThat(lost.audit()).isEqualTo(5);

            // When
            disk.full = false;
            full.publish(line(AUDIT, "line 5"));
            full.flush();
        }

        // Then
        assertThat(lost.audit()).isEqualTo(5);
        assertThat(disk.written.toString(StandardCharsets.US_ASCII).lines().toList())
                .hasSize(2)
                .startsWith("line 5")
                .last()
                .asString()
                .contains("5 log lines", "No space left on device");
    }

    @Test
    void anErrorInThePlaceIsALostLineAndNoMore() {
        // When
        sink.publish(line(AUDIT, DEADLY));
        log(2 * LogSink.LINES_MAX);
        sink.flush();

        // Then
        assertThat(lost.audit()).isEqualTo(1);
        assertThat(place.lines()).contains("line 0", "line " + (2 * LogSink.LINES_MAX - 1));
    }

    @Test
    void aPlaceThatCannotBePreparedIsWrittenAllTheSame() {
        // Given
        Place other = new Place();
        try (LogSink unprepared = new LogSink("place", other, lost, () -> {
            throw new IllegalStateException("no stream");
        })) {
            // When
            for (int i = 0; i < 2 * LogSink.LINES_MAX; i++) {
                unprepared.publish(line("other", "line " + i));
            }
        }

        // Then
        assertThat(other.lines()).hasSize(2 * LogSink.LINES_MAX);
    }

    private static void hold(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException closing) {
            Thread.currentThread().interrupt();
        }
    }

    @Test
    void aPlaceThatIsStuckFromTheBeginningKeepsNobody() throws InterruptedException {
        // Given
        CountDownLatch begun = new CountDownLatch(1);
        CountDownLatch stuck = new CountDownLatch(1);
        Place other = new Place();
        LogSink first = new LogSink("place", other, lost, () -> {
            begun.countDown();
            hold(stuck);
        });
        begun.await();

        // When
        first.publish(line("other", "line 0"));
        first.flush();

        // Then
        assertThat(other.lines()).isEmpty();
        stuck.countDown();
        first.flush();
        assertThat(other.lines()).containsExactly("line 0");
        first.close();
    }

    @Test
    void aPlaceThatIsStuckLosesLinesAndKeepsNobody() {
        // Given
        place.stuck = new CountDownLatch(1);

        // When
        log(LogSink.LINES_MAX + 101);

        // Then
        // One is with the place.
        await().atMost(Duration.ofSeconds(30)).until(() -> lost.other() >= 100);
        assertThat(lost.other()).isEqualTo(100);
        place.stuck.countDown();
        await().atMost(Duration.ofSeconds(30)).until(() -> place.lines().size() == LogSink.LINES_MAX + 2);
        assertThat(place.lines().get(1)).startsWith("100 log lines are missing here");
        assertThat(place.lines()).endsWith("line " + LogSink.LINES_MAX);
    }

    @Test
    void theEndIsNotHeldUpByAPlaceThatIsStuck() {
        // Given
        place.stuck = new CountDownLatch(1);
        log(10);

        // When
        sink.end();
        log(LogSink.LINES_MAX);
        sink.close();

        // Then
        assertThat(place.closed).isFalse();
    }

    @Test
    void whileTheProcessEndsALineIsWrittenWhenItsCallerGoesOn() {
        // Given
        sink.end();

        // When
        sink.publish(line("other", "stopped"));

        // Then
        assertThat(place.lines()).containsExactly("stopped");
    }

    @Test
    void theTextIsThatOfWhenItWasLogged() {
        // Given
        place.stuck = new CountDownLatch(1);
        AtomicInteger count = new AtomicInteger(1);
        ExtLogRecord line = new ExtLogRecord(Level.INFO, "%s left", ExtLogRecord.FormatStyle.PRINTF, "other");
        line.setParameters(new Object[] {count});

        // When
        sink.publish(line);
        count.set(2);
        place.stuck.countDown();
        sink.flush();

        // Then
        assertThat(place.lines()).containsExactly("1 left");
    }

    @Test
    void aLineWithoutATextIsCounted() {
        // Given
        Object broken = new Object() {
            @Override
            public String toString() {
                throw new IllegalStateException("no name");
            }
        };
        ExtLogRecord line = new ExtLogRecord(Level.INFO, "%s left", ExtLogRecord.FormatStyle.PRINTF, "other");
        line.setParameters(new Object[] {broken});

        // When
        sink.publish(line);
        sink.flush();

        // Then
        assertThat(lost.other() + place.lines().size()).isEqualTo(1);
    }

    @Test
    void closingWritesWhatIsWaitingAndClosesThePlace() {
        // Given
        log(50);

        // When
        sink.close();

        // Then
        assertThat(place.lines()).hasSize(50);
        assertThat(place.closed).isTrue();
    }
}
