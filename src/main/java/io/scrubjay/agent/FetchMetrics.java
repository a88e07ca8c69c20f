// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.agent;

import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.binder.MeterBinder;
import io.scrubjay.fetch.Fetches;
import jakarta.inject.Singleton;

/** Metrics of images that are fetched from URLs; each is an ingest as well. Stateless. */
@Singleton
final class FetchMetrics implements MeterBinder {
    private final Fetches fetches;

    FetchMetrics(Fetches fetches) {
        this.fetches = fetches;
    }

    @Override
    public void bindTo(MeterRegistry registry) {
        FunctionCounter.builder("scrubjay.source.retries", fetches, Fetches::retriesTotal)
                .description("How many times the agent has asked the server of a URL again")
                .register(registry);
        Gauge.builder("scrubjay.fetches.running", fetches, Fetches::runningCount)
                .description("Images being fetched from URLs")
                .register(registry);
    }
}
