// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.agent;

import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.binder.MeterBinder;
import io.scrubjay.scrub.FindingKind;
import io.scrubjay.scrub.ScrubTotals;
import io.scrubjay.scrub.Scrubber;
import jakarta.inject.Singleton;

import java.util.function.ToDoubleFunction;

/**
 * Metrics of scrubs: bytes read, damage found, and the time since the least recently verified image was verified.
 * Thread-safe.
 */
@Singleton
final class ScrubMetrics implements MeterBinder {
    private final Scrubber scrubber;
    private final Sampled<Integer> kept;

    ScrubMetrics(Scrubber scrubber) {
        this.scrubber = scrubber;
        this.kept = Sampled.shared(() -> scrubber.status().setByRequest().kept() ? 1 : 0, 1);
    }

    @Override
    public void bindTo(MeterRegistry registry) {
        ScrubTotals totals = scrubber.totals();
        FunctionCounter.builder("scrubjay.scrub", totals, ScrubTotals::bytesRead)
                .baseUnit("bytes")
                .description("Bytes that scrubs have read from the device")
                .register(registry);
        FunctionCounter.builder("scrubjay.scrub.transients", totals, ScrubTotals::transients)
                .description("Chunks that differed from their checksum once and were intact when read again")
                .register(registry);
        for (FindingKind kind : FindingKind.values()) {
            FunctionCounter.builder("scrubjay.findings", totals, counted -> counted.findings(kind))
                    .tag("finding", kind.wireName())
                    .description("Damage found by scrubs, by kind")
                    .register(registry);
        }
        runs(registry, "finished", ScrubTotals::finished);
        runs(registry, "cancelled", ScrubTotals::cancelled);
        runs(registry, "failed", ScrubTotals::failed);
        Gauge.builder("scrubjay.scrub.history.kept", kept, Sampled::newest)
                .description("1 while the scrub history is kept on disk, 0 while the state directory cannot be used")
                .register(registry);
        // With a base unit its name would end in it, behind the "max".
        Gauge.builder(
                        "scrubjay.image.unverified.seconds.max",
                        scrubber,
                        oldest -> oldest.oldestAge().toSeconds())
                .description("Seconds since the least recently verified image was verified")
                .register(registry);
    }

    private void runs(MeterRegistry registry, String result, ToDoubleFunction<ScrubTotals> count) {
        FunctionCounter.builder("scrubjay.scrub.runs", scrubber.totals(), count)
                .tag("result", result)
                .description("Finished scrub runs, by outcome")
                .register(registry);
    }
}
