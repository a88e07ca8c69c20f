// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.scrub;

import io.scrubjay.image.Image;
import io.scrubjay.image.ImageCatalog;
import io.scrubjay.image.ImageState;
import io.scrubjay.image.LastScrub;
import io.scrubjay.manifest.ImageName;

import java.time.Instant;
import java.util.Comparator;
import java.util.Objects;
import java.util.Optional;

/**
 * What the scrubber is doing at one moment. Immutable.
 *
 * @param paused whether it is paused, by hand
 * @param bytesPerSecond the rate limit; 0 for none
 * @param setByRequest which of both an administrator has set, rather than the configuration
 * @param current the run whose turn it is
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
     * What an administrator has set while an agent ran.
     *
     * @param rateLimitAt when the rate limit was set; empty when it is as configured
     * @param pausedAt when scrubs were paused, or told to go on, the last time; empty when neither ever happened
     * @param kept whether all that was set will be in force after a restart; false without a usable state directory, whatever was set
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
     * @param verifiedAt when
     */
    public record Oldest(ImageName image, Instant verifiedAt) {
        public Oldest {
            Objects.requireNonNull(image);
            Objects.requireNonNull(verifiedAt);
        }

        /** The one among all images in service; empty when there is none. */
        static Optional<Oldest> of(ImageCatalog catalog) {
            return catalog.committed().stream()
                    .flatMap(image -> verified(image).stream())
                    .min(Comparator.comparing(Oldest::verifiedAt));
        }

        /** Sealing reads everything back too. A quarantined image is not overdue but out of service. */
        private static Optional<Oldest> verified(Image image) {
            if (!(image.state() instanceof ImageState.Ready ready)) {
                return Optional.empty();
            }
            // A scrub comes after the sealing, whatever the clock said at either.
            Instant verifiedAt = image.lastScrub()
                    .map(LastScrub::finishedAt)
                    .orElse(ready.header().sealedAt());
            return Optional.of(new Oldest(image.name(), verifiedAt));
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
