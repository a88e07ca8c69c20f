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
 * One target of the log, such as the console or a file, written by its own thread. Code that logs never fails because
 * of it, and waits for room only while the target takes lines: a line that cannot be written, or that finds the target
 * stuck and {@link #LINES_MAX} lines waiting, is dropped and counted. The first line that is written after such a gap
 * says how many are missing.
 *
 * <p>While the process ends, callers wait for each line to be written, since it could not be written later, until a
 * line has not been written within {@link #END_PATIENCE}.
 *
 * <p>Thread-safe.
 */
final class LogSink extends ExtHandler {
    /** How many lines may wait to be written. */
    static final int LINES_MAX = 1024;

    private static final Logger LOG = Logger.getLogger(LogSink.class);

    /** A target that takes longer for one line counts as stuck. */
    private static final Duration STUCK_AFTER = Duration.ofSeconds(1);
    /** How long to wait for a line to be written, where a caller waits for that. */
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
    /** The failure of the line that is being written; confined to the writer. */
    private Optional<String> failure = Optional.empty();

    /** The lines that were dropped since the last one that was written. */
    private static final class Gap {
        private long lines;
        private String reason = "";

        /** Adds a dropped line; returns whether it is the first. */
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
     * @param name the name of the target for people
     * @param place writes the lines; nobody else may use it from now on
     * @param lost counts the lines that were not written
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

    /** Waits for room as long as the target takes lines; returns whether there is room. */
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
            // Another target may take it; this one drops it, too.
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
                // Without this thread, code that logs would wait for room for ever.
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

    /** Tries to write a line; returns why it was not written, if so. */
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

    /** Waits until everything logged so far is written, but not for a stuck target. */
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

    /**
     * Prepares for the end of the process: writes the waiting lines now, and from now on each line before its caller
     * goes on.
     */
    void end() {
        isEnding = true;
        flush();
    }

    /** Writes the waiting lines and closes the target, unless it is stuck. */
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
