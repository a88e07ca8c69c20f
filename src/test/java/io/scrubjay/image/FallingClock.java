// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.image;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.concurrent.atomic.AtomicInteger;

/** A clock that is set back all the time: each look shows an earlier moment than the one before. Thread-safe. */
public final class FallingClock implements InstantSource {
    private static final Instant START = Instant.parse("2026-03-01T12:00:00Z");

    private final Duration step;
    private final AtomicInteger looks = new AtomicInteger();

    public FallingClock(Duration step) {
        this.step = step;
    }

    @Override
    public Instant instant() {
        return START.minus(step.multipliedBy(looks.getAndIncrement()));
    }

    /** How often somebody has looked. */
    public int looks() {
        return looks.get();
    }
}
