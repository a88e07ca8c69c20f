// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.engine;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.util.EnumSet;
import java.util.Set;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

class CrashSweepTest {
    private static final int CLUSTER_BYTES = MemoryPool.CLUSTER_SIZE.bytes();
    private static final VolumeName HEAD = VolumeName.of("head");
    private static final VolumeName IMAGE = VolumeName.of("image");
    private static final byte[] BYTES = AwaitedVolume.pattern(1, 2 * CLUSTER_BYTES);

    /** Writes an image in the right order: write, flush, seal. */
    private static void store(StorageEngine engine) {
        engine.create(HEAD, BYTES.length, Provisioning.THIN);
        try (AwaitedVolume volume = AwaitedVolume.open(engine, HEAD.value(), Access.WRITE)) {
            volume.write(0, BYTES).flush();
        }
        engine.seal(HEAD, IMAGE);
    }

    private static void assertWholeOrAbsent(StorageEngine engine, CrashSweep.Ending ending) {
        if (engine.find(IMAGE).isPresent()) {
            try (AwaitedVolume volume = AwaitedVolume.open(engine, IMAGE.value(), Access.VERIFY)) {
                assertThat(volume.readAll()).as("%s", ending).isEqualTo(BYTES);
            }
        } else {
            assertThat(ending.acknowledged()).as("%s", ending).isFalse();
        }
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3})
    void operationInTheRightOrderHoldsAtEveryCall(long seed) {
        long calls = CrashSweep.inMemory(16)
                .device(StaleEngine::new)
                .operation(CrashSweepTest::store)
                .check(CrashSweepTest::assertWholeOrAbsent)
                .run(seed);

        // create, write, flush, seal
        assertThat(calls).isEqualTo(4);
    }

    @Test
    void everyFaultIsMetAtEveryCall() {
        Set<CrashSweep.Fault> met = EnumSet.noneOf(CrashSweep.Fault.class);
        CrashSweep.inMemory(16)
                .prepare(engine -> engine.create(HEAD, 1, Provisioning.THIN))
                .operation(engine -> engine.rename(HEAD, IMAGE))
                .check((engine, ending) -> {
                    assertThat(engine.list()).hasSize(1);
                    boolean renamed = engine.find(IMAGE).isPresent();
                    if (ending.call() == 1) {
                        met.add(ending.fault());
                        assertThat(ending.acknowledged()).isFalse();
                        assertThat(renamed)
                                .isEqualTo(ending.fault() == CrashSweep.Fault.POWER_LOST_AFTER
                                        || ending.fault() == CrashSweep.Fault.FAILED_AFTER);
                    } else {
                        assertThat(ending.acknowledged()).isTrue();
                        assertThat(renamed).isTrue();
                    }
                })
                .run(1);

        assertThat(met).containsExactlyInAnyOrder(CrashSweep.Fault.values());
    }

    /** An importer that publishes first and writes afterwards, as none should. */
    @Test
    void operationInTheWrongOrderIsFound() {
        CrashSweep sweep = CrashSweep.inMemory(16)
                .operation(engine -> {
                    engine.create(IMAGE, BYTES.length, Provisioning.THIN);
                    try (AwaitedVolume volume = AwaitedVolume.open(engine, IMAGE.value(), Access.WRITE)) {
                        volume.write(0, BYTES).flush();
                    }
                })
                .check(CrashSweepTest::assertWholeOrAbsent);

        assertThatThrownBy(() -> sweep.run(5))
                .isInstanceOf(AssertionError.class)
                .hasMessageContaining("POWER_LOST_BEFORE at call 2, seed 5");
    }

    @Test
    void forgottenFlushIsFound() {
        CrashSweep sweep = CrashSweep.inMemory(16)
                .prepare(engine -> engine.create(IMAGE, BYTES.length, Provisioning.THIN))
                .operation(engine -> {
                    try (AwaitedVolume volume = AwaitedVolume.open(engine, IMAGE.value(), Access.WRITE)) {
                        volume.write(0, BYTES);
                    }
                })
                .check((engine, ending) -> {
                    if (ending.acknowledged()) {
                        assertWholeOrAbsent(engine, ending);
                    }
                });

        assertThatThrownBy(() -> {
                    for (long seed = 0; seed < 20; seed++) {
                        sweep.run(seed);
                    }
                })
                .isInstanceOf(AssertionError.class)
                .hasMessageContaining("seed");
    }

    @Test
    void operationThatFailsOfItselfIsFound() {
        CrashSweep sweep = CrashSweep.inMemory(16).operation(engine -> engine.delete(IMAGE));

        assertThatThrownBy(() -> sweep.run(1)).hasMessageContaining("failed before it met the fault");
    }
}
