// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.image;

import io.scrubjay.block.Digest;
import io.scrubjay.manifest.ManifestHeader;
import io.scrubjay.refusal.Refusal;

import java.time.Instant;
import java.util.Objects;
import java.util.Optional;

/**
 * The states in the lifecycle of an image. Each transition is a method of the state that it starts from; these are all
 * transitions:
 *
 * <pre>
 *   pending     ──▶ receiving | sealing | ready | failed
 *   receiving   ──▶ sealing | failed
 *   sealing     ──▶ sealing | ready | failed
 *   ready       ──▶ quarantined
 *   quarantined ──▶ ready | quarantined
 *   failed
 * </pre>
 *
 * <p>An image is received and sealed; {@code sealing} changes to {@code sealing} each time another digest has been
 * proven. An image that is made from a volume or snapshot is sealed from the moment on at which its bytes are fixed; it
 * is never {@code receiving}. A snapshot of a volume goes from {@code pending} to {@code ready} at once; when it cannot be taken, it is
 * forgotten and never becomes {@code failed}. A quarantine is replaced by another one when bytes that were missing or
 * unreadable turn out to be damaged.
 *
 * <p>Only {@code ready} and {@code quarantined} are committed, that is, in the pool. All states are immutable.
 */
public sealed interface ImageState {
    /** The word for it in the API. */
    String wireName();

    /** A state that can still lead to {@code failed}: the ingest is running. */
    sealed interface Unfinished extends ImageState {
        default Failed failed(Refusal refusal, String message, Instant at) {
            return new Failed(refusal, message, at);
        }
    }

    /** A state whose image is in the pool. */
    sealed interface Committed extends ImageState {
        /** The header of its manifest; empty only when the manifest itself is damaged. */
        Optional<ManifestHeader> known();
    }

    /** Admitted; no byte has been received yet. */
    record Pending() implements Unfinished {
        @Override
        public String wireName() {
            return "pending";
        }

        public Receiving receiving() {
            return new Receiving();
        }

        /** The engine has made the image's snapshot from a volume or another snapshot. */
        public Sealing sealing() {
            return new Sealing(Optional.empty(), Verified.NOTHING);
        }

        /** A snapshot has been taken of a volume, and its manifest committed. */
        public Ready taken(ManifestHeader header) {
            return new Ready(header);
        }
    }

    /** Bytes are being received. */
    record Receiving() implements Unfinished {
        @Override
        public String wireName() {
            return "receiving";
        }

        /** The last byte has been received, and the digests are known. */
        public Sealing sealing(Digest sourceDigest, Digest streamDigest) {
            return new Sealing(Optional.of(sourceDigest), Verified.NOTHING.withStream(streamDigest));
        }
    }

    /**
     * Its bytes are in the pool; it is being proven and committed.
     *
     * @param sourceDigest the digest of the bytes as they were sent; empty when nobody sent them
     * @param verified what has been proven so far
     */
    record Sealing(Optional<Digest> sourceDigest, Verified verified) implements Unfinished {
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
     * @param header the header of its manifest
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

        /** Some of it is missing or unreadable now, and may be intact. */
        public Quarantined outOfReach(String code, String message, Instant at) {
            return new Quarantined(Optional.of(header), code, message, at, Quarantined.Lasts.UNTIL_FOUND_INTACT);
        }
    }

    /**
     * Damaged, or missing or unreadable in part: not served until it is repaired or found intact.
     *
     * @param known the header of its manifest, unless that is damaged too
     * @param code a stable code for the kind of damage
     * @param message the same for people
     * @param since when the damage was found
     * @param lasts how long the quarantine lasts
     */
    record Quarantined(Optional<ManifestHeader> known, String code, String message, Instant since, Lasts lasts)
            implements Committed {
        /** How long a quarantine lasts. */
        public enum Lasts {
            /** As long as the agent runs. */
            WHILE_THE_AGENT_RUNS,
            /** Until a deep scrub finds the whole image intact. */
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

        /** A quarantine that lasts as long as the agent runs. */
        public Quarantined(Optional<ManifestHeader> known, String code, String message, Instant since) {
            this(known, code, message, since, Lasts.WHILE_THE_AGENT_RUNS);
        }

        /** Whether the quarantine ends when a deep scrub finds the whole image intact. */
        public boolean endsWhenFoundIntact() {
            return lasts == Lasts.UNTIL_FOUND_INTACT;
        }

        /** It turned out to be damaged, not just missing or unreadable. */
        public Quarantined damaged(String nowCode, String nowMessage) {
            return new Quarantined(known, nowCode, nowMessage, since);
        }

        /**
         * All of it was found intact.
         *
         * @throws IllegalStateException when this quarantine does not end in that way
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
     * @param refusal the reason
     * @param message the same for people
     * @param at the time of the failure
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
