package io.scrubjay.agent;

import io.scrubjay.engine.EngineException;
import io.scrubjay.engine.PoolUsage;
import io.scrubjay.engine.StorageEngine;
import jakarta.inject.Singleton;
import org.eclipse.microprofile.health.HealthCheck;
import org.eclipse.microprofile.health.HealthCheckResponse;
import org.eclipse.microprofile.health.HealthCheckResponseBuilder;
import org.eclipse.microprofile.health.Readiness;

/** Ready: the pool is open, its images are known, and there is room. Stateless. */
@Readiness
@Singleton
final class PoolReadiness implements HealthCheck {
    private final StorageEngine engine;
    private final Reconcile reconcile;
    private final HealthConfig config;

    PoolReadiness(StorageEngine engine, Reconcile reconcile, HealthConfig config) {
        this.engine = engine;
        this.reconcile = reconcile;
        this.config = config;
    }

    @Override
    public HealthCheckResponse call() {
        HealthCheckResponseBuilder answer = HealthCheckResponse.named("pool")
                .withData("engine", engine.traits().kind())
                .withData("reconciled", reconcile.isDone());
        try {
            PoolUsage usage = engine.usage();
            long freeBytes =
                    usage.freeClusters() * engine.traits().clusterSize().bytes();
            return answer.withData("freeBytes", freeBytes)
                    .withData("reserveBytes", config.reserve().bytes())
                    .status(reconcile.isDone() && freeBytes >= config.reserve().bytes())
                    .build();
        } catch (EngineException failure) {
            return answer.withData("failure", failure.getClass().getSimpleName())
                    .down()
                    .build();
        }
    }
}
