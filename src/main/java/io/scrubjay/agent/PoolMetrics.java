package io.scrubjay.agent;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.binder.MeterBinder;
import io.scrubjay.engine.PoolUsage;
import io.scrubjay.engine.StorageEngine;
import jakarta.inject.Singleton;

import java.time.Duration;
import java.util.function.ToLongFunction;

/** How full the pool is. Thread-safe: what was asked last is guarded by the monitor. */
@Singleton
final class PoolMetrics implements MeterBinder {
    /** The gauges of one scrape share one question to the engine. */
    private static final Duration FRESH_FOR = Duration.ofSeconds(1);

    private final StorageEngine engine;
    private PoolUsage usage = new PoolUsage(0, 0, 0);
    private long askedNanos;
    private boolean wasAsked;

    PoolMetrics(StorageEngine engine) {
        this.engine = engine;
    }

    @Override
    public void bindTo(MeterRegistry registry) {
        long clusterBytes = engine.traits().clusterSize().bytes();
        gauge(registry, "scrubjay.pool.total", "What the pool could hold", now -> now.totalClusters() * clusterBytes);
        gauge(registry, "scrubjay.pool.free", "What the pool can still take", now -> now.freeClusters() * clusterBytes);
        gauge(registry, "scrubjay.pool.used", "What the pool's volumes occupy", PoolUsage::usedBytes);
    }

    private void gauge(MeterRegistry registry, String name, String description, ToLongFunction<PoolUsage> value) {
        Gauge.builder(name, this, pool -> value.applyAsLong(pool.usage()))
                .baseUnit("bytes")
                .description(description)
                .register(registry);
    }

    private synchronized PoolUsage usage() {
        long nowNanos = System.nanoTime();
        if (!wasAsked || nowNanos - askedNanos > FRESH_FOR.toNanos()) {
            usage = engine.usage();
            askedNanos = nowNanos;
            wasAsked = true;
        }
        return usage;
    }
}
