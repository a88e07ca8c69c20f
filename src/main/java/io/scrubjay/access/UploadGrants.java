// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.access;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;

/** Gives leave to upload, and recognises it again. Thread-safe; never waits. */
public final class UploadGrants {
    private final Optional<WatchedFile<UploadKey>> key;
    private final Duration lifetimeMax;
    private final InstantSource clock;

    /**
     * @param key nothing is granted without one
     */
    public UploadGrants(Optional<WatchedFile<UploadKey>> key, Duration lifetimeMax, InstantSource clock) {
        this.key = key;
        this.lifetimeMax = lifetimeMax;
        this.clock = clock;
    }

    /** A grant with its signature. */
    public record Signed(UploadGrant grant, String signature) {}

    /** What a signature that was shown is worth. */
    public enum Verdict {
        VALID,
        /** Its time is over, or the clock was set back to before it was given. */
        EXPIRED,
        FORGED
    }

    /** Whether there is a key to sign with. */
    public boolean arePossible() {
        return key.isPresent();
    }

    /** The longest that a grant may hold. */
    public Duration lifetimeMax() {
        return lifetimeMax;
    }

    /**
     * Grants an upload from now on.
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
     * Whether this grant was given by an agent with the same key, and still holds; {@link Authentication#upholds} says whether
     * the giver still does.
     */
    public Verdict judge(UploadGrant grant, String signature) {
        // The signature first: whether a forged grant would have expired is nobody's business.
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
