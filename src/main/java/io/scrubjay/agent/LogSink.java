// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.agent;

import org.jboss.logging.Logger;
import org.jboss.logmanager.ExtHandler;
import org.jboss.logmanager.ExtLogRecord;
import org.jboss.logmanager.Level;
import org.jboss.logmanager.formatters.PatternFormatter;

import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.logging.ErrorManager;
import java.util.logging.Formatter;
import java.util.logging.Handler;

/**
 * One place that the log goes to, such as the console or a file, written by a thread of its own. Whoever logs never fails
 * with it, and waits only while it takes lines, for room: a line that cannot be written, or that finds the place stuck and
 * {@link #LINES_MAX} lines waiting, is dropped and counted. The first line that is written after such a gap says how many
 * are missing.
 *
 * <p>While the process ends, each line is waited for, as nobody would write it later, until one has not been written within
 * {@link #END_PATIENCE}.
 *
 * <p>Thread-safe.
 */
final class LogSink extends ExtHandler {
    /** How many lines may wait to be written. */
    static final int LINES_MAX = 1024;

    private static final Logger LOG = Logger.getLogger(LogSink.class);

    /** A place that takes longer for one line is stuck. */
    private static final Duration STUCK_AFTER = Duration.ofSeconds(1);
    /** How long is waited for a line to be written, where its writing is waited for. */
    private static final Duration END_PATIENCE = Duration.ofSeconds(2);

    private static final Formatter MESSAGE = new PatternFormatter("%s");

    private static final long NEVER = Long.MIN_VALUE;

    private final String name;
    private final Handler place;
    private final LostLines lost;
    private final BlockingQueue<Runnable> waiting = new ArrayBlockingQueue<>(LINES_MAX);
    private final Gap gap = new Gap();
    private final Thread writer;

    private volatile long busySince = NEVER;
    private volatile boolean isEnding;
    private volatile boolean isGivenUp;
    private volatile boolean isClosed;
    /** Of the line that is just being written; confined to the writer. */
    private Optional<String> failure = Optional.empty();

    /** Lines that were dropped since the last one that was written. */
    private static final class Gap {
        private long lines;
        private String reason = "";

        /** Whether this is the first. */
        synchronized boolean widen(String why) {
            reason = why;
            return lines++ == 0;
        }

        /** A line for readers of the log about the lines that are missing; afterwards the gap counts as reported. */
        synchronized Optional<String> close() {
            if (lines == 0) {
                return Optional.empty();
            }
            String missing =
                    "%d log lines are missing here because they could not be written: %s".formatted(lines, reason);
            lines = 0;
            return Optional.of(missing);
        }
    }

    /**
     * @param name what people call the place
     * @param place writes the lines; nobody else may use it from now on
     * @param lost counts what was not written
     * @param first is done before any line is written, and may be held up by the place
     */
    LogSink(String name, Handler place, LostLines lost, Runnable first) {
        this.name = name;
        this.place = place;
        this.lost = lost;
        setLevel(place.getLevel());
        place.setErrorManager(new ErrorManager() {
            @Override
            public synchronized void error(String message, Exception cause, int code) {
                fail(cause == null ? message : cause.getMessage());
            }
        });
        this.writer = new Thread(this::write, "scrubjay-log");
        writer.setDaemon(true);
        waiting.add(first);
        writer.start();
    }

    @Override
    public boolean isCallerCalculationRequired() {
        return !(place instanceof ExtHandler known) || known.isCallerCalculationRequired();
    }

    @Override
    protected void doPublish(ExtLogRecord line) {
        try {
            keepWhatTheThreadKnows(line);
        } catch (RuntimeException unprintable) {
            drop(line, "a line has no text: " + unprintable);
            return;
        }
        if (!awaitRoom(() -> write(line))) {
            drop(line, "it has accepted no line for " + STUCK_AFTER.toSeconds() + " s");
        } else if (isEnding && !isGivenUp) {
            flush();
        }
    }

    private void keepWhatTheThreadKnows(ExtLogRecord line) {
        line.copyMdc();
        if (isCallerCalculationRequired()) {
            line.copyAll();
        }
        if (line.getParameters() != null) {
            // They may be others when it is written.
            line.setMessage(MESSAGE.format(line), ExtLogRecord.FormatStyle.NO_FORMAT);
            line.setParameters(null);
        }
    }

    /** Whether there is room, now or after a while in which the place takes lines. */
    private boolean awaitRoom(Runnable step) {
        boolean taken = waiting.offer(step);
        try {
            while (!taken && !isStuck() && Thread.currentThread() != writer) {
                taken = waiting.offer(step, STUCK_AFTER.toMillis() / 10, TimeUnit.MILLISECONDS);
            }
        } catch (InterruptedException stop) {
            Thread.currentThread().interrupt();
        }
        return taken;
    }

    private boolean isStuck() {
        long since = busySince;
        return isClosed || (since != NEVER && System.nanoTime() - since > STUCK_AFTER.toNanos());
    }

    private void drop(ExtLogRecord line, String reason) {
        lost.add(line);
        if (gap.widen(reason)) {
            // Another place may take it; this one drops it, too.
            LOG.warnf(
                    "log lines cannot be written to the %s and are lost: %s. Free space there or repair it;"
                            + " scrubjay_log_lines_lost_total counts the lost lines",
                    name, reason);
        }
    }

    private void write() {
        while (!isClosed) {
            try {
                Runnable step = waiting.take();
                busySince = System.nanoTime();
                step.run();
            } catch (InterruptedException closed) {
                return;
            } catch (RuntimeException | Error bug) {
                // Without this thread whoever logs would wait for room for ever.
                lost.add(new ExtLogRecord(Level.WARN, bug.toString(), LogSink.class.getName()));
            } finally {
                busySince = NEVER;
            }
        }
    }

    private void write(ExtLogRecord line) {
        Optional<String> failed = attempt(line);
        if (failed.isPresent()) {
            drop(line, failed.get());
        } else {
            gap.close().ifPresent(this::tell);
        }
    }

    private void tell(String missing) {
        ExtLogRecord line = new ExtLogRecord(Level.WARN, missing, LogSink.class.getName());
        line.setLoggerName(LogSink.class.getName());
        Optional<String> unused = attempt(line);
    }

    /** Why the line was not written. */
    private Optional<String> attempt(ExtLogRecord line) {
        failure = Optional.empty();
        try {
            place.publish(line);
        } catch (RuntimeException | Error bug) {
            fail(bug.toString());
        }
        return failure;
    }

    private void fail(String reason) {
        if (Thread.currentThread() == writer) {
            failure = Optional.of(String.valueOf(reason));
        }
    }

    /** Waits until what was logged so far is written, but not for a place that is stuck. */
    @Override
    public void flush() {
        CountDownLatch written = new CountDownLatch(1);
        if (Thread.currentThread() == writer || !awaitRoom(written::countDown)) {
            return;
        }
        try {
            isGivenUp = !written.await(END_PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException stop) {
            Thread.currentThread().interrupt();
        }
    }

    /** The process ends: what is waiting is written now, and from now on each line before its caller goes on. */
    void end() {
        isEnding = true;
        flush();
    }

    /** Writes what is waiting, and closes the place, unless it is stuck. */
    @Override
    public void close() {
        flush();
        isClosed = true;
        if (busySince == NEVER) {
            place.close();
        }
        writer.interrupt();
    }
}
