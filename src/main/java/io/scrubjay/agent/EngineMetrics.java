// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.agent;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import io.scrubjay.engine.EngineCall;
import io.scrubjay.engine.EngineMeter;
import jakarta.inject.Singleton;

import java.util.EnumMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Function;

/**
 * Metrics of all calls of the engine: how many are in progress, how long they take, how many bytes they move.
 * Thread-safe.
 */
@Singleton
final class EngineMetrics implements EngineMeter {
    // All meters are created at the start: looking them up by name for each read would cost more than counting.
    private final Map<EngineCall, Timer> succeeded;
    private final Map<EngineCall, Timer> failed;
    private final Map<EngineCall, Counter> bytes;
    private final AtomicLong underWay = new AtomicLong();

    EngineMetrics(MeterRegistry registry) {
        succeeded = forEach(call -> timer(registry, call, "success"));
        failed = forEach(call -> timer(registry, call, "failure"));
        bytes = forEach(call -> Counter.builder("scrubjay.engine")
                .baseUnit("bytes")
                .tag("call", call.label())
                .description("Bytes that the storage engine has read, written, zeroed or unmapped, by call")
                .register(registry));
        Gauge.builder("scrubjay.engine.calls.running", underWay, AtomicLong::doubleValue)
                .description("Calls of the storage engine in progress")
                .register(registry);
    }

    private static Timer timer(MeterRegistry registry, EngineCall call, String outcome) {
        return Timer.builder("scrubjay.engine.calls")
                .tag("call", call.label())
                .tag("outcome", outcome)
                .description("Calls of the storage engine and their durations, by call and outcome")
                .register(registry);
    }

    private static <T> Map<EngineCall, T> forEach(Function<EngineCall, T> meter) {
        Map<EngineCall, T> meters = new EnumMap<>(EngineCall.class);
        for (EngineCall call : EngineCall.values()) {
            meters.put(call, meter.apply(call));
        }
        return meters;
    }

    @Override
    public void started(EngineCall call) {
        underWay.incrementAndGet();
    }

    @Override
    public void succeeded(EngineCall call, long movedBytes, long latencyNanos) {
        underWay.decrementAndGet();
        succeeded.get(call).record(latencyNanos, TimeUnit.NANOSECONDS);
        bytes.get(call).increment((double) movedBytes);
    }

    @Override
    public void failed(EngineCall call, Throwable failure, long latencyNanos) {
        underWay.decrementAndGet();
        failed.get(call).record(latencyNanos, TimeUnit.NANOSECONDS);
    }
}
