// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.ingest;

import io.scrubjay.engine.CrashSweep;
import io.scrubjay.engine.StaleEngine;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Power is lost, or a call fails, at every single call of an ingest: afterwards there is a whole image or nothing. What
 * holds I-1, I-3 and I-5 for ingests.
 */
class IngestCrashSweepTest {
    private static final int CAPACITY_CLUSTERS = 4096;

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3})
    void atEveryCallThereIsAWholeImageOrNothing(long seed) {
        long calls = CrashSweep.inMemory(CAPACITY_CLUSTERS)
                .device(StaleEngine::new)
                .prepare(IngestSweep::prepare)
                .operation(IngestSweep::ingest)
                .check(IngestSweep::check)
                .run(seed);

        assertThat(calls).as("calls swept").isGreaterThan(5);
    }
}
