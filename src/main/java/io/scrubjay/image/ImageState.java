// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.image;

import io.scrubjay.block.Digest;
import io.scrubjay.manifest.ManifestHeader;
import io.scrubjay.refusal.Refusal;

import java.time.Instant;
import java.util.Objects;
import java.util.Optional;

/**
 * Where an image is in its life. A transition is a method of the state it starts from; there are no others:
 *
 * <pre>
 *   pending     ──▶ receiving | ready | failed
 *   receiving   ──▶ sealing | failed
 *   sealing     ──▶ sealing | ready | failed
 *   ready       ──▶ quarantined
 *   quarantined ──▶ ready | quarantined
 *   failed
 * </pre>
 *
 * <p>An image is received and sealed; {@code sealing} leads to itself each time more has been proven. A snapshot of a volume
 * goes from {@code pending} to {@code ready} at once; when it cannot be taken, it is forgotten and never {@code failed}. A
 * quarantine is replaced by another when what was out of reach turns out to be damaged.
 *
 * <p>Only {@code ready} and {@code quarantined} are committed, that is, in the pool. All states are immutable.
 */
public sealed interface ImageState {
    /** The word on the wire. */
    String wireName();

    /** A state that can still fail: the ingest is under way. */
    sealed interface Unfinished extends ImageState {
        default Failed failed(Refusal refusal, String message, Instant at) {
            return new Failed(refusal, message, at);
        }
    }

    /** A state whose image is in the pool. */
    sealed interface Committed extends ImageState {
        /** What its manifest says; empty only when the manifest itself is damaged. */
        Optional<ManifestHeader> known();
    }

    /** Admitted; no byte has come yet. */
    record Pending() implements Unfinished {
        @Override
        public String wireName() {
            return "pending";
        }

        public Receiving receiving() {
            return new Receiving();
        }

        /** A snapshot has been taken of a volume, and its manifest committed. */
        public Ready taken(ManifestHeader header) {
            return new Ready(header);
        }
    }

    /** Bytes are coming in. */
    record Receiving() implements Unfinished {
        @Override
        public String wireName() {
            return "receiving";
        }

        /** The last byte is in and its digest is known. */
        public Sealing sealing(Digest sourceDigest, Digest streamDigest) {
            return new Sealing(sourceDigest, Verified.NOTHING.withStream(streamDigest));
        }
    }

    /**
     * Everything was received; it is being proven and committed.
     *
     * @param sourceDigest of the bytes as sent
     * @param verified what has been proven so far
     */
    record Sealing(Digest sourceDigest, Verified verified) implements Unfinished {
        public Sealing {
            Objects.requireNonNull(sourceDigest);
            Objects.requireNonNull(verified);
        }

        @Override
        public String wireName() {
            return "sealing";
        }

        public Sealing proven(Verified more) {
            return new Sealing(sourceDigest, more);
        }

        /** The manifest has been committed. */
        public Ready ready(ManifestHeader header) {
            return new Ready(header);
        }
    }

    /**
     * Proven, committed, served.
     *
     * @param header what its manifest says
     */
    record Ready(ManifestHeader header) implements Committed {
        public Ready {
            Objects.requireNonNull(header);
        }

        @Override
        public String wireName() {
            return "ready";
        }

        @Override
        public Optional<ManifestHeader> known() {
            return Optional.of(header);
        }

        /** It is damaged. */
        public Quarantined quarantined(String code, String message, Instant at) {
            return new Quarantined(Optional.of(header), code, message, at);
        }

        /** Some of it is out of reach, and may be intact. */
        public Quarantined outOfReach(String code, String message, Instant at) {
            return new Quarantined(Optional.of(header), code, message, at, Quarantined.Lasts.UNTIL_FOUND_INTACT);
        }
    }

    /**
     * Damaged, or out of reach: not served until repaired, or found intact.
     *
     * @param known what its manifest says, unless that is damaged too
     * @param code what kind of damage, stable
     * @param message the same for people
     * @param since when it was found
     * @param lasts how long
     */
    record Quarantined(Optional<ManifestHeader> known, String code, String message, Instant since, Lasts lasts)
            implements Committed {
        /** What may end a quarantine. */
        public enum Lasts {
            /** Nothing while the agent runs. */
            WHILE_THE_AGENT_RUNS,
            /** A deep scrub that finds all of the image intact. */
            UNTIL_FOUND_INTACT
        }

        public Quarantined {
            Objects.requireNonNull(known);
            Objects.requireNonNull(code);
            Objects.requireNonNull(message);
            Objects.requireNonNull(since);
            if (lasts == Lasts.UNTIL_FOUND_INTACT && known.isEmpty()) {
                throw new IllegalArgumentException("nothing can be compared without a manifest");
            }
        }

        /** One that nothing ends while the agent runs. */
        public Quarantined(Optional<ManifestHeader> known, String code, String message, Instant since) {
            this(known, code, message, since, Lasts.WHILE_THE_AGENT_RUNS);
        }

        /** Whether a deep scrub that finds all of the image intact ends it. */
        public boolean endsWhenFoundIntact() {
            return lasts == Lasts.UNTIL_FOUND_INTACT;
        }

        /** It is damaged, and not merely out of reach. */
        public Quarantined damaged(String nowCode, String nowMessage) {
            return new Quarantined(known, nowCode, nowMessage, since);
        }

        /**
         * All of it was found intact.
         *
         * @throws IllegalStateException when that does not end the quarantine
         */
        public Ready foundIntact() {
            if (!endsWhenFoundIntact()) {
                throw new IllegalStateException("quarantined because of " + code + ", which no scrub ends");
            }
            return new Ready(known.orElseThrow());
        }

        @Override
        public String wireName() {
            return "quarantined";
        }
    }

    /**
     * The ingest ended without an image; nothing of it is in the pool, and the name is free.
     *
     * @param refusal why
     * @param message the same for people
     * @param at when
     */
    record Failed(Refusal refusal, String message, Instant at) implements ImageState {
        public Failed {
            Objects.requireNonNull(refusal);
            Objects.requireNonNull(message);
            Objects.requireNonNull(at);
        }

        @Override
        public String wireName() {
            return "failed";
        }
    }
}
