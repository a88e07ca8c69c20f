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
            Instant sealedAt = ready.header().sealedAt();
            Instant verifiedAt = image.lastScrub()
                    .map(LastScrub::finishedAt)
                    .filter(scrubbedAt -> scrubbedAt.isAfter(sealedAt))
                    .orElse(sealedAt);
            return Optional.of(new Oldest(image.name(), verifiedAt));
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
