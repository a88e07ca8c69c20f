// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.image;

import org.jboss.logging.Logger;
import org.jboss.logging.MDC;

import java.util.Formatter;

/**
 * Lines of the log that programs wait for. Their text may become another, the key does not: where lines are JSON, it is
 * {@value #FIELD} in their {@code mdc}. Immutable.
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

    /** What it is called beside the text. */
    public static final String FIELD = "event";

    private final String key;

    LogEvent(String key) {
        this.key = key;
    }

    /** Says so. The format is that of {@link String#format}. */
    public void info(Logger log, String format, Object... arguments) {
        say(log, Logger.Level.INFO, null, format, arguments);
    }

    /** Says so as a warning. */
    public void warn(Logger log, String format, Object... arguments) {
        say(log, Logger.Level.WARN, null, format, arguments);
    }

    /** Says so as a warning, with its cause; null if there is none to show. */
    public void warn(Logger log, Throwable cause, String format, Object... arguments) {
        say(log, Logger.Level.WARN, cause, format, arguments);
    }

    /** Says so as an error. */
    public void error(Logger log, String format, Object... arguments) {
        say(log, Logger.Level.ERROR, null, format, arguments);
    }

    /** A line holds its words only: some handlers keep lines, and a volume would keep its engine with everything in it. */
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
