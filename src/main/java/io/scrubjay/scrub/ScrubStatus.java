package io.scrubjay.scrub;

import io.scrubjay.manifest.ImageName;

import java.time.Instant;
import java.util.Objects;
import java.util.Optional;

/**
 * What the scrubber is doing at one moment. Immutable.
 *
 * @param paused whether it is paused, by hand
 * @param bytesPerSecond the rate limit; 0 for none
 * @param current the run whose turn it is
 * @param queuedCount how many runs wait
 * @param oldest the image that was verified longest ago
 */
public record ScrubStatus(
        boolean paused, long bytesPerSecond, Optional<RunReport> current, int queuedCount, Optional<Oldest> oldest) {
    /**
     * An image, and when its bytes were last compared with its manifest: by a scrub, or when it was sealed.
     *
     * @param image the image
     * @param verifiedAt when
     */
    public record Oldest(ImageName image, Instant verifiedAt) {
        public Oldest {
            Objects.requireNonNull(image);
            Objects.requireNonNull(verifiedAt);
        }
    }

    public ScrubStatus {
        Objects.requireNonNull(current);
        Objects.requireNonNull(oldest);
    }

    /** {@code idle}, {@code running} or {@code paused}. */
    public String wireName() {
        return paused ? "paused" : current.isPresent() ? "running" : "idle";
    }
}
