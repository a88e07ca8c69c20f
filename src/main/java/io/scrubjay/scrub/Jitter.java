// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.scrub;

import java.time.Duration;
import java.util.Random;

/** Random delays, from zero up to a maximum. Thread-safe if its source of randomness is. */
final class Jitter {
    private final Duration max;
    private final Random random;

    /**
     * @param random the source of randomness; seed it to get the same delays again
     */
    Jitter(Duration max, Random random) {
        if (max.isNegative()) {
            throw new IllegalArgumentException("jitter must be 0s or more, not " + max);
        }
        this.max = max;
        this.random = random;
    }

    Duration next() {
        return Duration.ofMillis((long) (random.nextDouble() * max.toMillis()));
    }
}
