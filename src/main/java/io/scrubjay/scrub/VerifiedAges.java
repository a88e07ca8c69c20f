// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.scrub;

import io.scrubjay.image.Image;
import io.scrubjay.image.ImageCatalog;
import io.scrubjay.image.ImageState;
import io.scrubjay.image.LastScrub;
import io.scrubjay.manifest.ImageId;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Comparator;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.LongSupplier;

/**
 * How long ago images were verified: by the clock, or since the result was first seen here, whichever is longer. By the
 * clock alone, after it was set back, a result would count as fresh for as long as its time is in the future.
 *
 * <p>Thread-safe: guarded by its monitor.
 */
final class VerifiedAges {
    /** A scrub result, and when it was first seen here. */
    private record Seen(long verdict, long sinceNanos) {}

    private final InstantSource clock;
    private final LongSupplier nanoClock;
    private Map<ImageId, Seen> seen = Map.of();

    VerifiedAges(InstantSource clock, LongSupplier nanoClock) {
        this.clock = clock;
        this.nanoClock = nanoClock;
    }

    /** The image in service that was verified longest ago; empty when there is none. */
    synchronized Optional<ScrubStatus.Oldest> oldest(ImageCatalog catalog) {
        Instant now = clock.instant();
        long nanoNow = nanoClock.getAsLong();
        Map<ImageId, Seen> stillThere = new HashMap<>();
        Optional<ScrubStatus.Oldest> oldest = Optional.empty();
        for (Image image : catalog.committed()) {
            // Sealing reads everything back too. A quarantined image is not overdue: it is out of service.
            if (image.state() instanceof ImageState.Ready ready) {
                Seen verdict = seen(image, nanoNow);
                stillThere.put(image.id(), verdict);
                // A scrub comes after the sealing, whatever the clock said at both times.
                Instant verifiedAt = image.lastScrub()
                        .map(LastScrub::finishedAt)
                        .orElse(ready.header().sealedAt());
                Duration age =
                        longer(Duration.between(verifiedAt, now), Duration.ofNanos(nanoNow - verdict.sinceNanos()));
                oldest = older(oldest, new ScrubStatus.Oldest(image.name(), verifiedAt, age));
            }
        }
        seen = stillThere;
        return oldest;
    }

    private Seen seen(Image image, long nanoNow) {
        Seen before = seen.get(image.id());
        return before != null && before.verdict() == image.verdictCount()
                ? before
                : new Seen(image.verdictCount(), nanoNow);
    }

    private static Duration longer(Duration one, Duration other) {
        return one.compareTo(other) > 0 ? one : other;
    }

    private static Optional<ScrubStatus.Oldest> older(Optional<ScrubStatus.Oldest> one, ScrubStatus.Oldest other) {
        return one.filter(first -> Comparator.comparing(ScrubStatus.Oldest::age).compare(first, other) >= 0)
                .or(() -> Optional.of(other));
    }
}
