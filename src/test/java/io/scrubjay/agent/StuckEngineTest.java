// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.agent;

import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.scrubjay.block.ByteSize;
import io.scrubjay.block.ClusterSize;
import io.scrubjay.engine.StuckEngine;
import io.scrubjay.image.ImageCatalog;
import io.scrubjay.manifest.ManifestStore;
import io.scrubjay.pool.TestPool;
import io.scrubjay.volume.UnreadableNow;
import io.scrubjay.volume.VolumeLimits;
import io.scrubjay.volume.Volumes;
import org.eclipse.microprofile.health.HealthCheckResponse;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import java.lang.ref.Reference;
import java.time.Duration;
import java.time.InstantSource;

import static org.assertj.core.api.Assertions.assertThat;

/** An engine that does not come back is what alerts are for: scrapes and probes come back all the same. */
@Timeout(60)
class StuckEngineTest {
    private static final DeviceConfig DEVICE = TestDeadlines.of(Duration.ofSeconds(60));

    private final StuckEngine engine = new StuckEngine(TestPool.open(ClusterSize.parse("64K"), 32L << 20));

    @AfterEach
    void close() {
        engine.close();
    }

    private PoolReadiness readiness() {
        Reconcile reconcile =
                new Reconcile(engine, new ManifestStore(engine), new ImageCatalog(), InstantSource.system());
        reconcile.onStart(null);
        HealthConfig config = () -> new ByteSize(1 << 20);
        ShutdownConfig shutdown = () -> Duration.ofSeconds(30);
        return new PoolReadiness(
                engine,
                new SampledUsage(engine, DEVICE),
                new WriteProof(OpenedEngine.of(engine), DEVICE),
                OpenedEngine.of(engine),
                reconcile,
                config,
                new GracePeriod(shutdown));
    }

    @Test
    void aScrapeComesBack() {
        // Given
        MeterRegistry registry = new SimpleMeterRegistry();
        VolumeLimits limits = new VolumeLimits(new ByteSize(1 << 20), 1, 1, Duration.ofSeconds(1));
        ImageCatalog images = new ImageCatalog();
        Volumes volumes = new Volumes(engine, images, limits, InstantSource.system());
        UnreadableNow unreadable = new UnreadableNow(engine, new ManifestStore(engine), images, volumes);
        PoolMetrics metrics = new PoolMetrics(engine, unreadable, new SampledUsage(engine, DEVICE));
        metrics.bindTo(registry);

        try {
            // When
            for (Meter meter : registry.getMeters()) {
                meter.measure()
                        .forEach(measured -> assertThat(measured.getValue()).isZero());
            }
        } finally {
            // The registry holds weakly what it measures: without this it may be gone, and is no number then.
            Reference.reachabilityFence(metrics);
        }

        // Then
        assertThat(registry.getMeters()).hasSize(5);
        assertThat(engine.isStuck()).isTrue();
    }

    @Test
    void theReadinessProbeComesBackDown() {
        HealthCheckResponse answer = readiness().call();

        assertThat(answer.getStatus()).isEqualTo(HealthCheckResponse.Status.DOWN);
        assertThat(answer.getData().orElseThrow()).containsEntry("failure", "the engine does not answer");
    }

    @Test
    void theReadinessProbeIsUpAgainWithTheEngine() {
        engine.letGo();

        HealthCheckResponse answer = readiness().call();

        assertThat(answer.getStatus()).isEqualTo(HealthCheckResponse.Status.UP);
    }
}
