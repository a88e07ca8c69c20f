// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.volume;

import io.scrubjay.refusal.Refusal;

import java.time.Instant;

/**
 * A change of a volume in the background: {@code running}, then {@code finished} or {@code failed}. Its end is never
 * before its start, even when the clock was set back in between. Immutable.
 */
public sealed interface VolumeJob {
    /** The kinds of jobs. */
    enum Kind {
        /** The volume gets all clusters of its size. */
        INFLATE("inflate"),
        /** The volume gets its own copy of the clusters of its parents. */
        DECOUPLE("decouple");

        private final String wireName;

        Kind(String wireName) {
            this.wireName = wireName;
        }

        /** The word for it in the API. */
        public String wireName() {
            return wireName;
        }
    }

    Kind kind();

    Instant startedAt();

    /** The word for it in the API. */
    String wireName();

    /** It is waiting for its turn or running. */
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

    /** A job that has ended. */
    sealed interface Ended extends VolumeJob {
        Instant endedAt();
    }

    /** It has succeeded, and the result is durable. */
    record Finished(Kind kind, Instant startedAt, Instant endedAt) implements Ended {
        @Override
        public String wireName() {
            return "finished";
        }
    }

    /**
     * It has failed; the bytes of the volume are unchanged, but it may have some more clusters.
     *
     * @param refusal the reason
     * @param message the same for people
     */
    record Failed(Kind kind, Instant startedAt, Instant endedAt, Refusal refusal, String message) implements Ended {
        @Override
        public String wireName() {
            return "failed";
        }
    }
}
