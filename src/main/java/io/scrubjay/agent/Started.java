// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.agent;

import jakarta.inject.Singleton;
import org.eclipse.microprofile.health.HealthCheck;
import org.eclipse.microprofile.health.HealthCheckResponse;
import org.eclipse.microprofile.health.Startup;

/** The startup probe: the pool has been reconciled, however long that took. Stateless. */
@Startup
@Singleton
final class Started implements HealthCheck {
    private final Reconcile reconcile;

    Started(Reconcile reconcile) {
        this.reconcile = reconcile;
    }

    @Override
    public HealthCheckResponse call() {
        return HealthCheckResponse.named("reconciled")
                .status(reconcile.isDone())
                .build();
    }
}
