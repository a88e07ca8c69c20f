// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.it;

import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;

/**
 * How long to wait before a kill, so that it hits one kind of work anywhere between its begin and a little behind its
 * end. Learns how long that work takes here from whether it had come to its end. Confined to one thread.
 */
final class KillTiming {
    private static final double SHORTER = 0.7;
    private static final double LONGER = 1.4;

    private double expectedNanos;
    private int finished;
    private int undone;

    KillTiming(long expectedMillis) {
        expectedNanos = TimeUnit.MILLISECONDS.toNanos(expectedMillis);
    }

    /** The next delay: anything up to twice the time the work seems to take. */
    long delayNanos(SplittableRandom random) {
        return random.nextLong((long) (2 * expectedNanos) + 1);
    }

    /** The last kill came after the work was done. */
    void wasFinished() {
        finished++;
        expectedNanos *= SHORTER;
    }

    /** The last kill came before the work was done. */
    void wasUndone() {
        undone++;
        expectedNanos *= LONGER;
    }

    @Override
    public String toString() {
        return finished + " done, " + undone + " undone, takes about "
                + TimeUnit.NANOSECONDS.toMillis((long) expectedNanos) + " ms";
    }
}
