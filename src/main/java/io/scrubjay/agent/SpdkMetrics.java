// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.agent;

import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.binder.MeterBinder;
import io.scrubjay.engine.spdk.SpdkEngine;
import io.scrubjay.engine.spdk.process.ReactorLoad;
import jakarta.inject.Singleton;

/** Metrics of SPDK's thread; none with another engine. Thread-safe: has no state. */
@Singleton
final class SpdkMetrics implements MeterBinder {
    private final OpenedEngine opened;

    SpdkMetrics(OpenedEngine opened) {
        this.opened = opened;
    }

    @Override
    public void bindTo(MeterRegistry registry) {
        opened.spdk().ifPresent(engine -> bind(registry, engine));
    }

    static void bind(MeterRegistry registry, SpdkEngine engine) {
        // That thread's own word: a scrape has to come back also when it gives none, with how long that has been.
        Sampled<Double> busySeconds = Sampled.shared(() -> seconds(engine.load()), 0.0);
        Gauge.builder("scrubjay.spdk.requests", engine, SpdkEngine::requestsUnderWay)
                .description("Requests that SPDK is processing or has queued")
                .register(registry);
        Gauge.builder("scrubjay.spdk.silence", engine, spdk -> spdk.silence().toMillis() / 1000.0)
                .baseUnit("seconds")
                .description("Time since SPDK's thread last answered")
                .register(registry);
        FunctionCounter.builder("scrubjay.spdk.busy", engine, spdk -> busySeconds.newest())
                .baseUnit("seconds")
                .description("Time that SPDK's thread has spent working")
                .register(registry);
    }

    private static double seconds(ReactorLoad load) {
        return (double) load.busyTicks() / load.ticksPerSecond();
    }
}
