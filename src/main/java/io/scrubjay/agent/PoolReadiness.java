// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.agent;

import io.scrubjay.engine.EngineException;
import io.scrubjay.engine.PoolUsage;
import io.scrubjay.engine.StorageEngine;
import io.scrubjay.engine.spdk.SpdkEngine;
import jakarta.inject.Singleton;
import org.eclipse.microprofile.health.HealthCheck;
import org.eclipse.microprofile.health.HealthCheckResponse;
import org.eclipse.microprofile.health.HealthCheckResponseBuilder;
import org.eclipse.microprofile.health.Readiness;

import java.util.Optional;
import java.util.concurrent.TimeoutException;

/**
 * Readiness: the pool is open and sound, answers and accepts writes, its images are known, there is free space, and the
 * agent is not stopping. Stateless.
 */
@Readiness
@Singleton
final class PoolReadiness implements HealthCheck {
    /** In a small pool, the reserve is at most this fraction of the pool. */
    private static final int SMALL_POOL_PARTS = 20;

    private final StorageEngine engine;
    private final SampledUsage usage;
    private final WriteProof writes;
    private final Reconcile reconcile;
    private final HealthConfig config;
    private final OpenedEngine opened;
    private final GracePeriod grace;

    PoolReadiness(
            StorageEngine engine,
            SampledUsage usage,
            WriteProof writes,
            OpenedEngine opened,
            Reconcile reconcile,
            HealthConfig config,
            GracePeriod grace) {
        this.engine = engine;
        this.usage = usage;
        this.writes = writes;
        this.opened = opened;
        this.reconcile = reconcile;
        this.config = config;
        this.grace = grace;
    }

    @Override
    public HealthCheckResponse call() {
        HealthCheckResponseBuilder answer = HealthCheckResponse.named("pool")
                .withData("engine", engine.traits().kind())
                .withData("reconciled", reconcile.isDone())
                .withData("stopping", grace.hasBegun());
        // Both at once: together they must not take longer than the timeout of a probe.
        SampledUsage.Asked asked = usage.ask();
        WriteProof.Trial trial = writes.begin();
        try {
            PoolUsage now = asked.now();
            boolean sound = opened.spdk().map(SpdkEngine::isSound).orElse(true);
            long clusterBytes = engine.traits().clusterSize().bytes();
            long freeBytes = now.freeClusters() * clusterBytes;
            long reserveBytes =
                    Math.min(config.reserve().bytes(), now.totalClusters() * clusterBytes / SMALL_POOL_PARTS);
            Optional<String> trouble = trial.trouble();
            trouble.ifPresent(reason -> answer.withData("failure", "the pool does not accept writes")
                    .withData("reason", reason));
            return answer.withData("freeBytes", freeBytes)
                    .withData("reserveBytes", reserveBytes)
                    .withData("sound", sound)
                    .status(!grace.hasBegun()
                            && reconcile.isDone()
                            && sound
                            && freeBytes >= reserveBytes
                            && trouble.isEmpty())
                    .build();
        } catch (EngineException failure) {
            return answer.withData("failure", failure.getClass().getSimpleName())
                    .withData("reason", failure.getMessage())
                    .down()
                    .build();
        } catch (TimeoutException stuck) {
            return answer.withData("failure", "the engine does not answer")
                    .down()
                    .build();
        }
    }
}
