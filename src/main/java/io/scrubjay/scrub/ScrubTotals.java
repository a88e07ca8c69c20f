// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.scrub;

import java.util.EnumMap;
import java.util.Map;
import java.util.concurrent.atomic.LongAdder;
import java.util.stream.Collectors;

/** The totals of all scrubs since the agent's start. Thread-safe. */
public final class ScrubTotals {
    private final LongAdder bytesRead = new LongAdder();
    private final LongAdder transients = new LongAdder();
    private final Map<FindingKind, LongAdder> findings = new EnumMap<>(FindingKind.class);
    private final LongAdder finished = new LongAdder();
    private final LongAdder cancelled = new LongAdder();
    private final LongAdder failed = new LongAdder();

    ScrubTotals() {
        for (FindingKind kind : FindingKind.values()) {
            findings.put(kind, new LongAdder());
        }
    }

    /** Bytes read from the medium, including every re-read. */
    public long bytesRead() {
        return bytesRead.sum();
    }

    /** Chunks that differed once and were right when they were read again. */
    public long transients() {
        return transients.sum();
    }

    /** Confirmed findings of this kind. */
    public long findings(FindingKind kind) {
        return findings.get(kind).sum();
    }

    /** Confirmed findings by kind, including kinds without any. */
    public Map<FindingKind, Long> findings() {
        return findings.entrySet().stream()
                .collect(Collectors.toMap(
                        Map.Entry::getKey,
                        entry -> entry.getValue().sum(),
                        Long::sum,
                        () -> new EnumMap<>(FindingKind.class)));
    }

    public long finished() {
        return finished.sum();
    }

    public long cancelled() {
        return cancelled.sum();
    }

    public long failed() {
        return failed.sum();
    }

    void read(long bytes) {
        bytesRead.add(bytes);
    }

    void transientMismatch() {
        transients.increment();
    }

    void found(FindingKind kind) {
        findings.get(kind).increment();
    }

    void ended(ScrubRunState.Ended state) {
        if (state instanceof ScrubRunState.Finished) {
            finished.increment();
        } else if (state instanceof ScrubRunState.Cancelled) {
            cancelled.increment();
        } else {
            failed.increment();
        }
    }
}
