// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.agent;

import io.scrubjay.gate.AuditLog;

import java.util.concurrent.atomic.LongAdder;
import java.util.logging.LogRecord;

/** How many lines of the log did not get to where they should have. Thread-safe. */
final class LostLines {
    private final LongAdder audit = new LongAdder();
    private final LongAdder other = new LongAdder();

    void add(LogRecord line) {
        (AuditLog.CATEGORY.equals(line.getLoggerName()) ? audit : other).increment();
    }

    /** Those of the audit log. */
    long audit() {
        return audit.sum();
    }

    /** All others. */
    long other() {
        return other.sum();
    }
}
