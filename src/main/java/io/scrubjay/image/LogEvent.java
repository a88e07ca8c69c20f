// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.image;

import org.jboss.logging.Logger;
import org.jboss.logging.MDC;

import java.util.Formatter;

/**
 * Log lines that programs may watch for. Their text may change, but their key does not: in JSON lines it is
 * {@value #FIELD} in the {@code mdc}. Immutable.
 */
public enum LogEvent {
    POOL_OPENED("pool-opened"),
    LEFTOVER_REMOVED("leftover-removed"),
    RECORD_UNREADABLE("record-unreadable"),
    IMAGE_READY("image-ready"),
    IMAGE_FAILED("image-failed"),
    IMAGE_DELETED("image-deleted"),
    IMAGE_SUSPECT("image-suspect"),
    IMAGE_QUARANTINED("image-quarantined"),
    IMAGE_RELEASED("image-released"),
    SNAPSHOT_TAKEN("snapshot-taken"),
    VOLUME_MADE("volume-made"),
    VOLUME_DELETED("volume-deleted"),
    EXPORT_ENDED("export-ended"),
    SCRUB_ENDED("scrub-ended");

    /** The name of the field with the key. */
    public static final String FIELD = "event";

    private final String key;

    LogEvent(String key) {
        this.key = key;
    }

    /** Logs this event. The format is that of {@link String#format}. */
    public void info(Logger log, String format, Object... arguments) {
        say(log, Logger.Level.INFO, null, format, arguments);
    }

    /** Logs this event as a warning. */
    public void warn(Logger log, String format, Object... arguments) {
        say(log, Logger.Level.WARN, null, format, arguments);
    }

    /** Logs this event as a warning, with its cause, or null if there is none to show. */
    public void warn(Logger log, Throwable cause, String format, Object... arguments) {
        say(log, Logger.Level.WARN, cause, format, arguments);
    }

    /** Logs this event as an error. */
    public void error(Logger log, String format, Object... arguments) {
        say(log, Logger.Level.ERROR, null, format, arguments);
    }

    /**
     * The line keeps only its text, not the arguments: some handlers keep lines in memory, and a volume among the
     * arguments would keep its whole engine in memory.
     */
    private void say(Logger log, Logger.Level level, Throwable cause, String format, Object... arguments) {
        if (log.isEnabled(level)) {
            String words = new Formatter().format(format, arguments).toString();
            said(() -> log.log(level, words, cause));
        }
    }

    private void said(Runnable line) {
        Object outer = MDC.get(FIELD);
        MDC.put(FIELD, key);
        try {
            line.run();
        } finally {
            if (outer == null) {
                MDC.remove(FIELD);
            } else {
                MDC.put(FIELD, outer);
            }
        }
    }
}
