// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.scrub;

import io.scrubjay.manifest.ResourceName;

import java.time.Duration;
import java.time.Instant;
import java.util.Objects;
import java.util.Optional;

/**
 * The status of the scrubber at one moment. Immutable.
 *
 * @param paused whether an administrator has paused it
 * @param bytesPerSecond the rate limit; 0 for none
 * @param setByRequest which of these two settings come from an administrator rather than from the configuration
 * @param current the run in progress
 * @param queuedCount how many runs wait
 * @param oldest the image that was verified longest ago
 */
public record ScrubStatus(
        boolean paused,
        long bytesPerSecond,
        SetByRequest setByRequest,
        Optional<RunReport> current,
        int queuedCount,
        Optional<Oldest> oldest) {
    /**
     * The settings that an administrator changed while an agent was running.
     *
     * @param rateLimitAt when the rate limit was set; empty when it is as configured
     * @param pausedAt when scrubs were last paused or resumed; empty if they never were
     * @param kept whether all these settings will be in force after a restart; always false without a usable state
     *     directory
     */
    public record SetByRequest(Optional<Instant> rateLimitAt, Optional<Instant> pausedAt, boolean kept) {
        public SetByRequest {
            Objects.requireNonNull(rateLimitAt);
            Objects.requireNonNull(pausedAt);
        }
    }

    /**
     * An image, and when its bytes were last compared with its manifest: by a scrub, or when it was sealed.
     *
     * @param image the image
     * @param verifiedAt when they were compared
     * @param age how long ago that is; by the clock, or longer if the clock was set back since
     */
    public record Oldest(ResourceName image, Instant verifiedAt, Duration age) {
        public Oldest {
            Objects.requireNonNull(image);
            Objects.requireNonNull(verifiedAt);
            if (age.isNegative()) {
                throw new IllegalArgumentException("an age of " + age);
            }
        }
    }

    public ScrubStatus {
        Objects.requireNonNull(setByRequest);
        Objects.requireNonNull(current);
        Objects.requireNonNull(oldest);
    }

    /** {@code idle}, {@code running} or {@code paused}. */
    public String wireName() {
        return paused ? "paused" : current.isPresent() ? "running" : "idle";
    }
}
