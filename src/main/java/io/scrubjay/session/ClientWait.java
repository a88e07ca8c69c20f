// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.session;

import java.time.Duration;
import java.util.function.LongSupplier;

/**
 * How long a session has waited for its client while this agent ran. The clock alone must not end a session: when it is
 * set forward, for example by NTP after a start with a wrong time, a session that has just paused seems to be old.
 *
 * <p>Nobody knows how long a session of an earlier run has really waited: it is given {@link #AFTER_START} more, in
 * which the clock can be corrected. After that, the clock decides.
 *
 * <p>Guarded by the monitor of its session.
 */
final class ClientWait {
    /** How long an agent must have run before it ends a session of an earlier run. */
    static final Duration AFTER_START = Duration.ofHours(1);

    private final LongSupplier nanoClock;
    private final Duration max;
    private Duration needed;
    private long sinceNanos;

    private ClientWait(LongSupplier nanoClock, Duration max, Duration needed) {
        this.nanoClock = nanoClock;
        this.max = max;
        this.needed = needed;
        this.sinceNanos = nanoClock.getAsLong();
    }

    /**
     * Of a new session.
     *
     * @param max how long a session may wait
     */
    static ClientWait begun(LongSupplier nanoClock, Duration max) {
        return new ClientWait(nanoClock, max, max);
    }

    /** Of a session that an earlier run of the agent has left, from the start of this run. */
    static ClientWait found(LongSupplier nanoClock, Duration max) {
        return new ClientWait(nanoClock, max, max.compareTo(AFTER_START) < 0 ? max : AFTER_START);
    }

    /** The client has sent something: the session waits from now on. */
    void beginAgain() {
        needed = max;
        sinceNanos = nanoClock.getAsLong();
    }

    /** Whether this agent has seen the session wait for long enough. */
    boolean isOver() {
        return Duration.ofNanos(nanoClock.getAsLong() - sinceNanos).compareTo(needed) >= 0;
    }
}
