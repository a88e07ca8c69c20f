// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.volume;

import io.scrubjay.refusal.Refusal;

import java.time.Instant;

/**
 * A change of a volume in the background: {@code running}, then {@code finished} or {@code failed}. It ends no sooner than it
 * started, also when the clock was set back in between. Immutable.
 */
public sealed interface VolumeJob {
    /** What is done. */
    enum Kind {
        /** The volume gets all clusters of its size. */
        INFLATE("inflate"),
        /** The volume gets a copy of what its parents hold. */
        DECOUPLE("decouple");

        private final String wireName;

        Kind(String wireName) {
            this.wireName = wireName;
        }

        /** The word on the wire. */
        public String wireName() {
            return wireName;
        }
    }

    Kind kind();

    Instant startedAt();

    /** The word on the wire. */
    String wireName();

    /** It waits for its turn, or is under way. */
    record Running(Kind kind, Instant startedAt) implements VolumeJob {
        @Override
        public String wireName() {
            return "running";
        }

        Finished finished(Instant at) {
            return new Finished(kind, startedAt, notBeforeStart(at));
        }

        Failed failed(Instant at, Refusal refusal, String message) {
            return new Failed(kind, startedAt, notBeforeStart(at), refusal, message);
        }

        private Instant notBeforeStart(Instant at) {
            return at.isBefore(startedAt) ? startedAt : at;
        }
    }

    /** One that has come to its end. */
    sealed interface Ended extends VolumeJob {
        Instant endedAt();
    }

    /** It has done what it was to do, and that is durable. */
    record Finished(Kind kind, Instant startedAt, Instant endedAt) implements Ended {
        @Override
        public String wireName() {
            return "finished";
        }
    }

    /**
     * It could not be done; the volume reads as before, perhaps with some clusters more.
     *
     * @param refusal why
     * @param message the same for people
     */
    record Failed(Kind kind, Instant startedAt, Instant endedAt, Refusal refusal, String message) implements Ended {
        @Override
        public String wireName() {
            return "failed";
        }
    }
}
