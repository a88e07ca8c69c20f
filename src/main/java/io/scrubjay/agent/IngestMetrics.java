// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.agent;

import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.binder.MeterBinder;
import io.scrubjay.ingest.Ingests;
import jakarta.inject.Singleton;

/** What ingests do and hold. Stateless. */
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
                .description("Bytes received by ingests that have ended")
                .register(registry);
        FunctionCounter.builder("scrubjay.ingests", ingests, Ingests::readyTotal)
                .tag("result", "ready")
                .description("Ingests that have ended, by how")
                .register(registry);
        FunctionCounter.builder("scrubjay.ingests", ingests, Ingests::failedTotal)
                .tag("result", "failed")
                .description("Ingests that have ended, by how")
                .register(registry);
        Gauge.builder("scrubjay.ingests.running", ingests, Ingests::runningCount)
                .description("Ingests under way")
                .register(registry);
        Gauge.builder("scrubjay.windows.in.use", ingests, Ingests::windowsInUse)
                .description("Windows that are being filled, stored or read back into")
                .register(registry);
    }
}
