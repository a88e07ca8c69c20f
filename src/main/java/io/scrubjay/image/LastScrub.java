// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.image;

import java.time.Instant;
import java.util.Objects;

/**
 * The result of an image's latest complete scrub.
 *
 * @param level what was compared
 * @param finishedAt when it ended
 * @param intact whether there was no finding
 */
public record LastScrub(ScrubLevel level, Instant finishedAt, boolean intact) {
    public LastScrub {
        Objects.requireNonNull(level);
        Objects.requireNonNull(finishedAt);
    }
}
