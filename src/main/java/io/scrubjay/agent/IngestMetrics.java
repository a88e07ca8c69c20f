// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.agent;

import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.binder.MeterBinder;
import io.scrubjay.ingest.Ingests;
import jakarta.inject.Singleton;

/** Metrics of ingests. Stateless. */
@Singleton
final class IngestMetrics implements MeterBinder {
    private final Ingests ingests;

    IngestMetrics(Ingests ingests) {
        this.ingests = ingests;
    }

    @Override
    public void bindTo(MeterRegistry registry) {
        FunctionCounter.builder("scrubjay.ingest", ingests, Ingests::receivedBytesTotal)
                .baseUnit("bytes")
                .description("Bytes received by finished ingests")
                .register(registry);
        FunctionCounter.builder("scrubjay.ingest.spooled", ingests, Ingests::spooledBytesTotal)
                .baseUnit("bytes")
                .description("Bytes that finished ingests kept in the pool until their place on the disk was known")
                .register(registry);
        FunctionCounter.builder("scrubjay.ingests", ingests, Ingests::readyTotal)
                .tag("result", "ready")
                .description("Finished ingests, by outcome")
                .register(registry);
        FunctionCounter.builder("scrubjay.ingests", ingests, Ingests::failedTotal)
                .tag("result", "failed")
                .description("Finished ingests, by outcome")
                .register(registry);
        Gauge.builder("scrubjay.ingests.running", ingests, Ingests::runningCount)
                .description("Ingests in progress")
                .register(registry);
        Gauge.builder("scrubjay.windows.in.use", ingests, Ingests::windowsInUse)
                .description("Memory windows in use by ingests")
                .register(registry);
    }
}
