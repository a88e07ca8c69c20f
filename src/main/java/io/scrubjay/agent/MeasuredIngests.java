// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.agent;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import io.scrubjay.image.Image;
import io.scrubjay.ingest.IngestObserver;
import io.scrubjay.refusal.Refusal;
import io.scrubjay.refusal.RefusedException;
import io.scrubjay.seal.SealStep;
import jakarta.inject.Singleton;

import java.time.Duration;
import java.util.EnumMap;
import java.util.Map;

/** Metrics of how long ingests take and why they fail, in addition to their traces. Thread-safe. */
@Singleton
final class MeasuredIngests implements IngestObserver {
    private static final Duration[] BUCKETS = {
        Duration.ofMillis(100),
        Duration.ofSeconds(1),
        Duration.ofSeconds(10),
        Duration.ofMinutes(1),
        Duration.ofMinutes(10),
        Duration.ofHours(1)
    };

    private final IngestTraces traces;
    private final MeterRegistry registry;
    private final Timer ready;
    private final Timer failed;
    // All counters exist from the start: an alert notices the first failure only if there was a zero before.
    private final Map<Refusal, Counter> failures = new EnumMap<>(Refusal.class);

    MeasuredIngests(IngestTraces traces, MeterRegistry registry) {
        this.traces = traces;
        this.registry = registry;
        this.ready = timer("ready");
        this.failed = timer("failed");
        for (Refusal refusal : Refusal.values()) {
            failures.put(
                    refusal,
                    Counter.builder("scrubjay.ingest.failures")
                            .tag("code", refusal.code())
                            .description("Failed ingests, by problem code")
                            .register(registry));
        }
    }

    private Timer timer(String result) {
        return Timer.builder("scrubjay.ingest.duration")
                .tag("result", result)
                .serviceLevelObjectives(BUCKETS)
                .description("Durations of finished ingests, by outcome")
                .register(registry);
    }

    @Override
    public Course begun(Image image) {
        return new MeasuredCourse(traces.begun(image), Timer.start(registry));
    }

    @Override
    public void refused(RefusedException why) {
        failures.get(why.refusal()).increment();
    }

    /** Used by one thread at a time. */
    private final class MeasuredCourse implements Course {
        private final Course traced;
        private final Timer.Sample sample;
        private Timer result = ready;

        MeasuredCourse(Course traced, Timer.Sample sample) {
            this.traced = traced;
            this.sample = sample;
        }

        @Override
        public void receiving() {
            traced.receiving();
        }

        @Override
        public void sealing(SealStep step) {
            traced.sealing(step);
        }

        @Override
        public void failed(RefusedException why) {
            result = failed;
            failures.get(why.refusal()).increment();
            traced.failed(why);
        }

        @Override
        public void ended() {
            sample.stop(result);
            traced.ended();
        }
    }
}
