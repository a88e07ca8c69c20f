package io.scrubjay.agent;

import jakarta.inject.Singleton;
import org.eclipse.microprofile.health.HealthCheck;
import org.eclipse.microprofile.health.HealthCheckResponse;
import org.eclipse.microprofile.health.Liveness;

/**
 * Alive: somebody answers. A full pool or a failing device is no reason to be restarted, so neither is asked. Stateless.
 */
@Liveness
@Singleton
final class Alive implements HealthCheck {
    @Override
    public HealthCheckResponse call() {
        return HealthCheckResponse.up("agent");
    }
}
