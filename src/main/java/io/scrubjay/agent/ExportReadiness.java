// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.agent;

import io.scrubjay.volume.Exports;
import jakarta.inject.Singleton;
import org.eclipse.microprofile.health.HealthCheck;
import org.eclipse.microprofile.health.HealthCheckResponse;
import org.eclipse.microprofile.health.Readiness;

/** Readiness: no quarantined image is still exported. Stateless. */
@Readiness
@Singleton
final class ExportReadiness implements HealthCheck {
    private final Exports exports;

    ExportReadiness(Exports exports) {
        this.exports = exports;
    }

    @Override
    public HealthCheckResponse call() {
        int quarantined = exports.quarantinedCount();
        return HealthCheckResponse.named("exports")
                .withData("quarantinedExports", quarantined)
                .status(quarantined == 0)
                .build();
    }
}
