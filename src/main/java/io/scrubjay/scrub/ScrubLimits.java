// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.scrub;

/**
 * The limits of all scrubs (I-7).
 *
 * @param bytesPerSecond how fast to read at first; 0 for as fast as possible
 * @param readDepth how many chunks are in progress at once
 * @param workers threads that compare
 */
public record ScrubLimits(long bytesPerSecond, int readDepth, int workers) {
    /** How many runs may wait; one more is refused as {@code busy}. */
    public static final int QUEUED_MAX = 64;

    public ScrubLimits {
        if (bytesPerSecond < 0) {
            throw new IllegalArgumentException("rate-limit must be 0 or more, not " + bytesPerSecond);
        }
        if (readDepth < 1 || readDepth > 256 || workers < 1 || workers > 64) {
            throw new IllegalArgumentException(
                    "read-depth must be 1 to 256 and workers 1 to 64; they are " + readDepth + " and " + workers);
        }
    }

    /** The limits an administrator configured. */
    public static ScrubLimits of(ScrubConfig config) {
        return new ScrubLimits(config.rateLimit().bytes(), config.readDepth(), config.workers());
    }
}
