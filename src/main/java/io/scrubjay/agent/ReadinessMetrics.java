// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.agent;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.binder.MeterBinder;
import io.smallrye.health.SmallRyeHealthReporter;
import jakarta.inject.Singleton;

/**
 * A metric of whether the agent is ready, according to its readiness probe: for alerts, which do not see probes.
 * Stateless.
 */
@Singleton
final class ReadinessMetrics implements MeterBinder {
    private final SmallRyeHealthReporter health;

    ReadinessMetrics(SmallRyeHealthReporter health) {
        this.health = health;
    }

    @Override
    public void bindTo(MeterRegistry registry) {
        Gauge.builder("scrubjay.ready", health, asked -> asked.getReadiness().isDown() ? 0 : 1)
                .description("1 while the agent is ready, 0 while any readiness check is down")
                .register(registry);
    }
}
