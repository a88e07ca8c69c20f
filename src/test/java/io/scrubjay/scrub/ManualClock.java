// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.scrub;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;

/** A clock that stands still until it is told to go on, or set; elapsed time only goes on. Thread-safe. */
final class ManualClock implements InstantSource, LongSupplier {
    static final Instant START = Instant.parse("2026-01-05T03:00:00Z");

    private final AtomicLong nanos = new AtomicLong();
    private final AtomicLong setByNanos = new AtomicLong();

    void advance(Duration by) {
        nanos.addAndGet(by.toNanos());
    }

    /** Sets the time of day forward, or back by a negative duration, while no time passes. */
    void set(Duration by) {
        setByNanos.addAndGet(by.toNanos());
    }

    @Override
    public Instant instant() {
        return START.plusNanos(nanos.get()).plusNanos(setByNanos.get());
    }

    @Override
    public long getAsLong() {
        return nanos.get();
    }
}
