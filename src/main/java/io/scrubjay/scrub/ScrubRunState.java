// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.scrub;

import java.time.Instant;
import java.util.Objects;
import java.util.Optional;

/**
 * Where a run is in its life. A transition is a method of the state it starts from; there are no others:
 *
 * <pre>
 *   queued    ──▶ running | cancelled | failed
 *   running   ──▶ paused | finished | cancelled | failed
 *   paused    ──▶ running | cancelled | failed
 *   finished
 *   cancelled
 *   failed
 * </pre>
 *
 * <p>All states are immutable. No time is before the one that came before it, also when the clock was set back in between:
 * such a time is taken for the same moment.
 */
public sealed interface ScrubRunState {
    /** The word on the wire and in the history. */
    String wireName();

    /** When the run was ordered. */
    Instant queuedAt();

    /** When its turn came; empty while it waits, and for ever when it never came to that. */
    Optional<Instant> started();

    /** When it ended; empty while it has not. */
    Optional<Instant> ended();

    private static Instant notBefore(Instant earlier, Instant later) {
        return later.isBefore(earlier) ? earlier : later;
    }

    private static Optional<Instant> startedNotBefore(Instant queuedAt, Optional<Instant> started) {
        return started.map(at -> notBefore(queuedAt, at));
    }

    /** A run that has not ended. */
    sealed interface Unfinished extends ScrubRunState {
        @Override
        default Optional<Instant> ended() {
            return Optional.empty();
        }

        default Cancelled cancelled(Instant at) {
            return new Cancelled(queuedAt(), started(), at);
        }

        default Failed failed(Instant at, String message) {
            return new Failed(queuedAt(), started(), at, message);
        }
    }

    /** A run whose turn has come and that has not ended. */
    sealed interface Active extends Unfinished {
        Instant startedAt();

        @Override
        default Optional<Instant> started() {
            return Optional.of(startedAt());
        }
    }

    /** A run that has ended, one way or the other. */
    sealed interface Ended extends ScrubRunState {
        Instant endedAt();

        @Override
        default Optional<Instant> ended() {
            return Optional.of(endedAt());
        }
    }

    /** Waits for its turn. */
    record Queued(Instant queuedAt) implements Unfinished {
        public Queued {
            Objects.requireNonNull(queuedAt);
        }

        @Override
        public String wireName() {
            return "queued";
        }

        @Override
        public Optional<Instant> started() {
            return Optional.empty();
        }

        public Running running(Instant at) {
            return new Running(queuedAt, at);
        }
    }

    /** Reads and compares. */
    record Running(Instant queuedAt, Instant startedAt) implements Active {
        public Running {
            startedAt = notBefore(queuedAt, startedAt);
        }

        @Override
        public String wireName() {
            return "running";
        }

        public Paused paused() {
            return new Paused(queuedAt, startedAt);
        }

        public Finished finished(Instant at) {
            return new Finished(queuedAt, startedAt, at);
        }
    }

    /** Holds its position; what was under way when it was paused still comes in. */
    record Paused(Instant queuedAt, Instant startedAt) implements Active {
        public Paused {
            startedAt = notBefore(queuedAt, startedAt);
        }

        @Override
        public String wireName() {
            return "paused";
        }

        public Running resumed() {
            return new Running(queuedAt, startedAt);
        }
    }

    /** Everything it was to scrub has been scrubbed, whatever was found. */
    record Finished(Instant queuedAt, Instant startedAt, Instant endedAt) implements Ended {
        public Finished {
            startedAt = notBefore(queuedAt, startedAt);
            endedAt = notBefore(startedAt, endedAt);
        }

        @Override
        public String wireName() {
            return "finished";
        }

        @Override
        public Optional<Instant> started() {
            return Optional.of(startedAt);
        }
    }

    /** Ended on request; what it found stays. */
    record Cancelled(Instant queuedAt, Optional<Instant> started, Instant endedAt) implements Ended {
        public Cancelled {
            started = startedNotBefore(queuedAt, started);
            endedAt = notBefore(started.orElse(queuedAt), endedAt);
        }

        @Override
        public String wireName() {
            return "cancelled";
        }
    }

    /**
     * Ended without having scrubbed everything.
     *
     * @param message why, for people
     */
    record Failed(Instant queuedAt, Optional<Instant> started, Instant endedAt, String message) implements Ended {
        public Failed {
            started = startedNotBefore(queuedAt, started);
            endedAt = notBefore(started.orElse(queuedAt), endedAt);
            Objects.requireNonNull(message);
        }

        @Override
        public String wireName() {
            return "failed";
        }
    }
}
