// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.scrub;

import java.time.Instant;
import java.util.Objects;
import java.util.Optional;

/**
 * The states in the lifecycle of a run. Each transition is a method of the state that it starts from; these are all
 * transitions:
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
 * <p>All states are immutable. The times of a run never go backwards: if the clock was set back in between, the earlier
 * time is used again.
 */
public sealed interface ScrubRunState {
    /** The word for it in the API and in the history. */
    String wireName();

    /** When the run was requested. */
    Instant queuedAt();

    /** When it started; empty if it has not started. */
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

    /** A run that has started and not ended. */
    sealed interface Active extends Unfinished {
        Instant startedAt();

        @Override
        default Optional<Instant> started() {
            return Optional.of(startedAt());
        }
    }

    /** A run that has ended, successfully or not. */
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

    /** Keeps its position; checks that were in progress when it was paused still finish. */
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

    /** Everything requested has been scrubbed, with or without findings. */
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

    /** Cancelled on request; its findings stay. */
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
