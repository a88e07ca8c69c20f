// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.agent;

import io.scrubjay.gate.AuditLog;

import java.util.concurrent.atomic.LongAdder;
import java.util.logging.LogRecord;

/** Counts the log lines that did not reach their target. Thread-safe. */
final class LostLines {
    private final LongAdder audit = new LongAdder();
    private final LongAdder other = new LongAdder();

    void add(LogRecord line) {
        (AuditLog.CATEGORY.equals(line.getLoggerName()) ? audit : other).increment();
    }

    /** The lost lines of the audit log. */
    long audit() {
        return audit.sum();
    }

    /** All other lost lines. */
    long other() {
        return other.sum();
    }
}
