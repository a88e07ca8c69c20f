// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.agent;

import io.quarkus.runtime.StartupEvent;
import io.quarkus.runtime.configuration.ConfigurationException;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;

import java.time.Duration;

/** The time between being asked to end and ending. Thread-safe; begins once. */
@Singleton
final class GracePeriod {
    /** What the engine needs to close is not given to anybody else: a tenth. */
    private static final int ENGINE_PARTS = 10;

    private final Duration grace;
    private volatile boolean begun;
    private volatile long beginNanos;

    GracePeriod(ShutdownConfig config) {
        this.grace = config.grace();
        if (grace.isNegative()) {
            throw new ConfigurationException("scrubjay.shutdown.grace is negative: " + grace);
        }
    }

    /** A wrong setting is told at the start, not at the end. */
    void onStart(@Observes StartupEvent start) {}

    /** Begins, unless it has. */
    synchronized void begin() {
        if (!begun) {
            beginNanos = System.nanoTime();
            begun = true;
        }
    }

    boolean hasBegun() {
        return begun;
    }

    /** How much time work in progress still has to finish by itself; zero when it has none. */
    Duration leftForWork() {
        return left(forWork());
    }

    /**
     * What is left for what was refused to be answered; zero when nothing is. It ends in the middle between the two
     * others: a request that is never answered leaves time for closing.
     */
    Duration leftForAnswers() {
        return left(forWork().plus(forClosing()).dividedBy(2));
    }

    /** How much time is left until the engine must be closed; zero when none is. */
    Duration leftForClosing() {
        return left(forClosing());
    }

    private Duration forWork() {
        return grace.dividedBy(2);
    }

    private Duration forClosing() {
        return grace.minus(grace.dividedBy(ENGINE_PARTS));
    }

    private Duration left(Duration part) {
        Duration left = part.minusNanos(System.nanoTime() - beginNanos);
        return left.isNegative() ? Duration.ZERO : left;
    }
}
