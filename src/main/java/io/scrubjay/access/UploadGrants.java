// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.access;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;

/** Gives and checks upload grants. Thread-safe; never waits. */
public final class UploadGrants {
    private final Optional<WatchedFile<UploadKey>> key;
    private final Duration lifetimeMax;
    private final InstantSource clock;

    /**
     * @param key the key that signs grants; without one, nothing can be granted
     */
    public UploadGrants(Optional<WatchedFile<UploadKey>> key, Duration lifetimeMax, InstantSource clock) {
        this.key = key;
        this.lifetimeMax = lifetimeMax;
        this.clock = clock;
    }

    /** A grant with its signature. */
    public record Signed(UploadGrant grant, String signature) {}

    /** The result of checking a grant and its signature. */
    public enum Verdict {
        VALID,
        /** The grant has expired, or the clock was set back to a time before it was given. */
        EXPIRED,
        FORGED
    }

    /** Whether there is a key to sign with. */
    public boolean arePossible() {
        return key.isPresent();
    }

    /** The longest lifetime of a grant. */
    public Duration lifetimeMax() {
        return lifetimeMax;
    }

    /**
     * Grants an upload, from now until the lifetime ends.
     *
     * @throws IllegalStateException without a key
     * @throws IllegalArgumentException if the lifetime is not positive, or longer than allowed
     */
    public Signed grant(String image, Duration lifetime, Caller by) {
        if (lifetime.isNegative() || lifetime.isZero() || lifetime.compareTo(lifetimeMax) > 0) {
            throw new IllegalArgumentException(
                    "the lifetime of an upload URL must be 1 to " + lifetimeMax.toSeconds() + " seconds");
        }
        Instant now = clock.instant();
        UploadGrant.Term term = new UploadGrant.Term(now, now.plus(lifetime));
        UploadGrant grant = new UploadGrant(image, term, by.way(), by.name());
        return new Signed(grant, current().sign(grant));
    }

    /**
     * Checks whether an agent with the same key gave this grant, and whether it is still valid;
     * {@link Authentication#upholds} says whether the giver may still give it.
     */
    public Verdict judge(UploadGrant grant, String signature) {
        // The signature comes first: a client learns nothing about the expiry of a forged grant.
        if (key.isEmpty() || !current().hasSigned(grant, signature)) {
            return Verdict.FORGED;
        }
        return grant.term().holdsAt(clock.instant()) ? Verdict.VALID : Verdict.EXPIRED;
    }

    private UploadKey current() {
        return key.orElseThrow(() -> new IllegalStateException("there is no upload key"))
                .content();
    }
}
