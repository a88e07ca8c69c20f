// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.ingest;

import io.scrubjay.engine.CrashSweep;
import io.scrubjay.engine.CrashSweep.Fault;
import io.scrubjay.engine.StaleEngine;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Power is lost, or a call fails, at every single call of an ingest: afterwards there is a whole image or nothing. What
 * holds I-1, I-3 and I-5 for ingests.
 */
class IngestCrashSweepTest {
    private static final int CAPACITY_CLUSTERS = 4096;
    private static final boolean SWEEPS_ALL = Integer.getInteger("scrubjay.test.scale", 1) > 1;

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3})
    void atEveryCallThereIsAWholeImageOrNothing(long seed) {
        sweep(CrashSweep.inMemory(CAPACITY_CLUSTERS), IngestSweep.raw(), seed);
    }

    /** In an ordinary run only with the fault that leaves the most behind. */
    @Test
    void atEveryCallOfASpooledIngestToo() {
        CrashSweep all = CrashSweep.inMemory(CAPACITY_CLUSTERS);
        sweep(SWEEPS_ALL ? all : all.faults(Fault.POWER_LOST_AFTER), IngestSweep.spooled(), 4);
    }

    private static void sweep(CrashSweep sweep, IngestSweep ingest, long seed) {
        long calls = sweep.device(StaleEngine::new)
                .prepare(ingest::prepare)
                .operation(ingest::ingest)
                .check(ingest::check)
                .run(seed);

        assertThat(calls).as("calls swept").isGreaterThan(5);
    }
}
