// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.agent;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.binder.MeterBinder;
import jakarta.inject.Singleton;
import org.eclipse.microprofile.config.inject.ConfigProperty;

/** A metric for the running build. Stateless. */
@Singleton
final class BuildMetrics implements MeterBinder {
    private final String version;

    BuildMetrics(@ConfigProperty(name = "quarkus.application.version") String version) {
        this.version = version;
    }

    @Override
    public void bindTo(MeterRegistry registry) {
        Gauge.builder("scrubjay.build.info", () -> 1)
                .tag("version", version)
                .description("Always 1; the label 'version' says which version of the agent runs")
                .register(registry);
    }
}
