// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.ingest;

import io.scrubjay.engine.CrashSweep;
import io.scrubjay.engine.CrashSweep.Fault;
import io.scrubjay.engine.StorageEngine;
import io.scrubjay.engine.spdk.DeviceKind;
import io.scrubjay.engine.spdk.KillablePool;
import io.scrubjay.engine.spdk.NeedsSpdk;
import io.scrubjay.manifest.BrokenPairs;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

import java.nio.file.Path;
import java.util.List;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * {@link IngestCrashSweepTest} on SPDK pools that are left as a killed process leaves them. Each sweep has one pool for all
 * its crashes, so that whatever one of them leaves behind is in the way of the next; at its end, what is free is zeroes.
 */
@NeedsSpdk
class IngestSpdkCrashSweepTest {
    private static final int CAPACITY_CLUSTERS = 16;
    private static final boolean SWEEPS_ALL = Integer.getInteger("scrubjay.test.scale", 1) > 1;

    @TempDir
    Path directory;

    @ParameterizedTest
    @EnumSource
    void atEveryCallThereIsAWholeImageOrNothing(DeviceKind kind) {
        // Power lost before a call leaves what it does after the one before.
        sweep(IngestSweep.raw(), kind, Fault.POWER_LOST_AFTER, Fault.FAILED_BEFORE, Fault.FAILED_AFTER);
    }

    /** In an ordinary run on one kind of device, and with the fault that leaves the most behind. */
    @ParameterizedTest
    @MethodSource
    void atEveryCallOfASpooledIngestToo(DeviceKind kind) {
        if (SWEEPS_ALL) {
            sweep(IngestSweep.spooled(), kind, Fault.POWER_LOST_AFTER, Fault.FAILED_BEFORE, Fault.FAILED_AFTER);
        } else {
            sweep(IngestSweep.spooled(), kind, Fault.POWER_LOST_AFTER);
        }
    }

    static List<DeviceKind> atEveryCallOfASpooledIngestToo() {
        return SWEEPS_ALL ? List.of(DeviceKind.values()) : List.of(DeviceKind.MALLOC);
    }

    private void sweep(IngestSweep ingest, DeviceKind kind, Fault first, Fault... more) {
        KillablePool pool = KillablePool.on(kind, directory, CAPACITY_CLUSTERS).withPairs(BrokenPairs::among);
        try (StorageEngine engine = pool.open()) {
            ingest.prepare(engine);
        }

        long calls = CrashSweep.on(() -> pool)
                .faults(first, more)
                .device(pool::killedAtClose)
                .operation(ingest::ingest)
                .check((engine, ending) -> {
                    ingest.check(engine, ending);
                    IngestSweep.removeImage(engine);
                    if (ending.acknowledged()) {
                        pool.closeAndRequireFreeClustersAreZero(engine);
                    }
                })
                .run(1);

        assertThat(calls).as("calls swept").isGreaterThan(5);
    }
}
