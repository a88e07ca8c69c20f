// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.agent;

import io.quarkus.runtime.StartupEvent;
import io.quarkus.runtime.configuration.ConfigurationException;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;

import java.time.Duration;

/** The time between the signal to stop and the end of the process. Thread-safe; begins only once. */
@Singleton
final class GracePeriod {
    /** A tenth of the time is reserved for closing the engine. */
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

    /** Makes a wrong setting fail at startup rather than at the end. */
    void onStart(@Observes StartupEvent start) {}

    /** Begins the grace period, unless it has begun already. */
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
     * How much time is left for responses to refused requests; zero when none is. This ends halfway between the two
     * others, so that a request that is never answered leaves time for closing.
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
