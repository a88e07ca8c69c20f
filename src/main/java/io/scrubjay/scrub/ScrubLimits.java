// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.scrub;

/**
 * The bounds all scrubs keep (I-7).
 *
 * @param bytesPerSecond how fast to read at first; 0 for as fast as possible
 * @param readDepth chunks under way at once
 * @param workers threads that compare
 */
public record ScrubLimits(long bytesPerSecond, int readDepth, int workers) {
    /** How many runs may wait; one more is refused as {@code busy}. */
    public static final int QUEUED_MAX = 64;

    public ScrubLimits {
        if (bytesPerSecond < 0) {
            throw new IllegalArgumentException("negative rate: " + bytesPerSecond);
        }
        if (readDepth < 1 || readDepth > 256 || workers < 1 || workers > 64) {
            throw new IllegalArgumentException("a scrub reads 1 to 256 chunks at once, not " + readDepth
                    + ", and compares them with 1 to 64 workers, not " + workers);
        }
    }

    /** The limits an administrator configured. */
    public static ScrubLimits of(ScrubConfig config) {
        return new ScrubLimits(config.rateLimit().bytes(), config.readDepth(), config.workers());
    }
}
