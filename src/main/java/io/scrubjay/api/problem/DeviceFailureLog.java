// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.api.problem;

import io.scrubjay.engine.EngineException;
import io.scrubjay.refusal.Refusal;
import io.scrubjay.refusal.RefusedException;
import org.jboss.logging.Logger;

import java.time.Duration;
import java.util.function.LongSupplier;
import java.util.function.Supplier;

/**
 * Logs requests that fail because of the device: one line for each, without a stack trace, which would not tell more.
 * While the pool is away or read-only, every request fails in this way: beyond {@value #LINES_MAX} lines a minute, all
 * share one line. Every reference that a client is given is in the log.
 *
 * <p>Thread-safe: guarded by its monitor.
 */
final class DeviceFailureLog {
    static final int LINES_MAX = 20;

    private static final Logger LOG = Logger.getLogger(DeviceFailureLog.class);
    private static final long MINUTE_NANOS = Duration.ofMinutes(1).toNanos();

    private final LongSupplier nanoClock;
    private final Supplier<String> references;
    private long sinceNanos;
    private int lines;
    /** The reference of the line that all share. */
    private String shared = "";

    DeviceFailureLog(LongSupplier nanoClock, Supplier<String> references) {
        this.nanoClock = nanoClock;
        this.references = references;
        this.sinceNanos = nanoClock.getAsLong();
    }

    /** Whether only the device or the operating system caused the failure. */
    static boolean isOne(RefusedException refused) {
        return refused.refusal() == Refusal.DEVICE_FAILED
                && refused.getCause() instanceof EngineException failure
                && failure.kind() == EngineException.Kind.DEVICE;
    }

    /**
     * Logs why a request failed.
     *
     * @return the reference of the log line
     */
    synchronized String tell(RefusedException refused) {
        long now = nanoClock.getAsLong();
        if (now - sinceNanos >= MINUTE_NANOS) {
            sinceNanos = now;
            lines = 0;
        }
        LOG.debug("a request failed because of the storage device", refused);
        if (lines > LINES_MAX) {
            return shared;
        }
        lines++;
        String reference = references.get();
        if (lines > LINES_MAX) {
            shared = reference;
            LOG.errorf(
                    "%s: %s. More requests fail like this; for the rest of the minute they are not logged. Check"
                            + " that the pool is mounted and writable, and look for errors of its device in the"
                            + " kernel log",
                    reference, refused.getMessage());
        } else {
            LOG.errorf("%s: %s", reference, refused.getMessage());
        }
        return reference;
    }
}
