// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.agent;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.binder.MeterBinder;
import io.scrubjay.engine.PoolUsage;
import io.scrubjay.engine.StorageEngine;
import io.scrubjay.volume.UnreadableNow;
import jakarta.inject.Singleton;

import java.util.function.ToLongFunction;

/** Metrics of how full the pool is. While the engine is stuck, they show the last known values. Stateless. */
@Singleton
final class PoolMetrics implements MeterBinder {
    private final StorageEngine engine;
    private final SampledUsage usage;
    private final Sampled<Integer> unreadable;

    PoolMetrics(StorageEngine engine, UnreadableNow unreadable, SampledUsage usage) {
        this.engine = engine;
        this.usage = usage;
        this.unreadable = Sampled.shared(
                () -> unreadable.list().size(), engine.unreadable().size());
    }

    @Override
    public void bindTo(MeterRegistry registry) {
        long clusterBytes = engine.traits().clusterSize().bytes();
        gauge(registry, "scrubjay.pool.total", "Capacity of the pool", now -> now.totalClusters() * clusterBytes);
        gauge(registry, "scrubjay.pool.free", "Free space in the pool", now -> now.freeClusters() * clusterBytes);
        gauge(registry, "scrubjay.pool.used", "Space occupied by the pool's volumes", PoolUsage::usedBytes);
        gauge(
                registry,
                "scrubjay.pool.held.back",
                "Space of deleted volumes that is not free again yet",
                now -> now.heldBackClusters() * clusterBytes);
        Gauge.builder("scrubjay.pool.unreadable", unreadable, Sampled::newest)
                .description("Records and volumes that cannot be read in the pool, or are missing")
                .register(registry);
    }

    private void gauge(MeterRegistry registry, String name, String description, ToLongFunction<PoolUsage> value) {
        Gauge.builder(name, usage, pool -> value.applyAsLong(pool.newest()))
                .baseUnit("bytes")
                .description(description)
                .register(registry);
    }
}
