// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.gate;

import org.jboss.logmanager.formatters.PatternFormatter;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.logging.ErrorManager;
import java.util.logging.Formatter;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import java.util.logging.Logger;

/** Everything this process logs while it is open, from the finest level that is logged at all. Thread-safe. */
public final class RecordedLog extends Handler implements AutoCloseable {
    private static final Logger ROOT = Logger.getLogger("");

    private static final Formatter MESSAGE = new PatternFormatter("%s");
    /** With stack traces. */
    private static final Formatter WHOLE = new PatternFormatter("%c %m%n");

    private final List<Line> lines = new CopyOnWriteArrayList<>();

    /** One entry, with its stack trace if it has one. */
    public record Line(String category, String message, String whole) {}

    private RecordedLog() {
        setErrorManager(new ErrorManager());
        setLevel(Level.ALL);
    }

    public static RecordedLog open() {
        RecordedLog log = new RecordedLog();
        ROOT.addHandler(log);
        return log;
    }

    @Override
    public void publish(LogRecord entry) {
        lines.add(new Line(String.valueOf(entry.getLoggerName()), MESSAGE.format(entry), WHOLE.format(entry)));
    }

    public List<Line> lines() {
        return lines;
    }

    public List<String> messages(String category) {
        return lines.stream()
                .filter(line -> line.category().equals(category))
                .map(Line::message)
                .toList();
    }

    @Override
    public void flush() {}

    @Override
    public void close() {
        ROOT.removeHandler(this);
    }
}
