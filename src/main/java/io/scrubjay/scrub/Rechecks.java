// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.scrub;

import io.scrubjay.manifest.ImageId;

import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;

/**
 * Decides when images that were missing or unreadable in part are checked again: a minute later, and then less and less
 * often. Counts elapsed time, so setting the clock does not delay it. Confined to the monitor of its owner.
 */
final class Rechecks {
    static final Duration PAUSE_MIN = Duration.ofMinutes(1);
    static final Duration PAUSE_MAX = Duration.ofHours(6);

    /**
     * @param sinceNanos when the image was first seen, or last checked
     */
    private record Wait(long sinceNanos, Duration pause) {
        boolean isOver(long nanoNow) {
            return nanoNow - sinceNanos >= pause.toNanos();
        }

        Wait next(long nanoNow) {
            Duration twice = pause.multipliedBy(2);
            return new Wait(nanoNow, twice.compareTo(PAUSE_MAX) > 0 ? PAUSE_MAX : twice);
        }
    }

    private final Map<ImageId, Wait> waiting = new HashMap<>();

    /** Sets which images are missing or unreadable in part; all others are forgotten. */
    void outOfReach(Set<ImageId> images, long nanoNow) {
        waiting.keySet().retainAll(images);
        images.forEach(image -> waiting.putIfAbsent(image, new Wait(nanoNow, PAUSE_MIN)));
    }

    boolean isDue(ImageId image, long nanoNow) {
        Wait wait = waiting.get(image);
        return wait != null && wait.isOver(nanoNow);
    }

    /** Records that an image that was due is being checked. */
    void lookedAt(ImageId image, long nanoNow) {
        waiting.computeIfPresent(image, (id, wait) -> wait.next(nanoNow));
    }
}
