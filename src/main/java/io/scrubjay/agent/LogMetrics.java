// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.agent;

import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.binder.MeterBinder;
import io.scrubjay.gate.AuditLog;
import jakarta.inject.Singleton;

import java.util.function.ToDoubleFunction;

/** Metrics of log lines that were not written. Thread-safe. */
@Singleton
final class LogMetrics implements MeterBinder {
    private final LogSinks sinks;
    private final AuditLog audit;

    LogMetrics(LogSinks sinks, AuditLog audit) {
        this.sinks = sinks;
        this.audit = audit;
    }

    @Override
    public void bindTo(MeterRegistry registry) {
        lost(registry, "audit", sunk -> sunk.audit() + audit.lostLines());
        lost(registry, "agent", LostLines::other);
    }

    private void lost(MeterRegistry registry, String log, ToDoubleFunction<LostLines> count) {
        FunctionCounter.builder("scrubjay.log.lines.lost", sinks.lost(), count)
                .tag("log", log)
                .description("Log lines lost because they could not be written")
                .register(registry);
    }
}
