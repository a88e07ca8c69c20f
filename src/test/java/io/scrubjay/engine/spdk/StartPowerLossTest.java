// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.engine.spdk;

import io.scrubjay.MemoryDirectory;
import io.scrubjay.QuickHash;
import io.scrubjay.engine.Access;
import io.scrubjay.engine.AwaitedVolume;
import io.scrubjay.engine.ClearedPool;
import io.scrubjay.engine.DiskRecord;
import io.scrubjay.engine.EngineException;
import io.scrubjay.engine.FailingDisk;
import io.scrubjay.engine.Provisioning;
import io.scrubjay.engine.Survival;
import io.scrubjay.engine.VolatileDisk;
import io.scrubjay.engine.VolumeName;
import io.scrubjay.engine.VolumeSummary;
import io.scrubjay.engine.spdk.device.SpdkDevice;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;

import static org.assertj.core.api.Assertions.assertThat;

/** INVARIANT I-5: the power is lost after any write of a start, and the disk keeps any part of what was not flushed. */
@NeedsSpdk
@Timeout(value = 10, unit = TimeUnit.MINUTES)
class StartPowerLossTest {
    private static final long SEED = Long.getLong("scrubjay.test.seed", System.nanoTime());
    private static final int CLUSTER = TestDevice.CLUSTER_BYTES;
    private static final int DISK_BYTES = 10 << 20;
    private static final int PAGE = 4096;
    private static final byte[] BYTES = AwaitedVolume.pattern(1, CLUSTER);

    @TempDir(factory = MemoryDirectory.class)
    Path directory;

    private final Random chance = new Random(SEED);

    private static void write(SpdkEngine engine, String name, int seed) {
        try (AwaitedVolume volume = AwaitedVolume.open(engine, name, Access.WRITE)) {
            volume.write(0, AwaitedVolume.pattern(seed, CLUSTER)).flush();
        }
    }

    private static Map<String, Integer> told(SpdkEngine engine) {
        Map<String, Integer> told = new TreeMap<>();
        for (VolumeSummary found : engine.list()) {
            String name = found.name().value();
            try (AwaitedVolume volume = AwaitedVolume.open(engine, name, Access.READ)) {
                told.put(name, QuickHash.of(volume.readAll()));
            }
        }
        return told;
    }

    @Test
    void startAfterALossOfPowerMayLoseItToo() throws IOException {
        System.out.println("StartPowerLossTest: -Dscrubjay.test.seed=" + SEED);
        VolumeName volume = VolumeName.of("volume");
        DiskRecord first = new DiskRecord();
        DiskRecord second = new DiskRecord();
        byte[] left;
        int events;
        Map<String, Integer> told;
        try (FailingDisk disk = FailingDisk.in(directory, DISK_BYTES)) {
            // Given
            try (SpdkEngine engine = SpdkEngine.open(pool(disk.file()))) {
                engine.create(volume, 2L * CLUSTER, Provisioning.THIN);
                write(engine, "volume", 1);
                engine.snapshot(volume, VolumeName.of("snapshot"));
                write(engine, "volume", 2);
            }
            byte[] stored = Files.readAllBytes(disk.bytes());
            disk.tell(first);
            int deleting;
            try (SpdkEngine engine = SpdkEngine.open(pool(disk.file()))) {
                ClearedPool.await(engine);
                deleting = first.size();
                engine.delete(VolumeName.of("snapshot"));
            }
            VolatileDisk lost = new VolatileDisk(stored, PAGE, CLUSTER);
            // In the middle of the merge.
            first.play(lost, 0, (deleting + first.size()) / 2);
            lost.leave(directory.resolve("left"), Survival.ANYTHING, chance);
            left = Files.readAllBytes(directory.resolve("left"));
            try (OutputStream bytes = Files.newOutputStream(disk.bytes(), StandardOpenOption.WRITE)) {
                bytes.write(left);
            }

            // When
            disk.tell(second);
            try (SpdkEngine engine = SpdkEngine.open(pool(disk.file()))) {
                ClearedPool.await(engine);
                events = second.size();
                told = told(engine);
            }
        }

        // Then
        VolatileDisk again = new VolatileDisk(left, PAGE, CLUSTER);
        for (int at = 0; at < events; at++) {
            second.play(again, at, at + 1);
            again.leave(directory.resolve("left"), Survival.ANYTHING, chance);
            try (SpdkEngine engine = SpdkEngine.open(pool(directory.resolve("left")))) {
                String when = "after event " + (at + 1) + " of " + events;
                assertThat(engine.unreadable()).as(when).isEmpty();
                assertThat(told(engine)).as(when).isEqualTo(told);
            }
        }
    }

    /** What is left is blank, or it is a pool, or the start says that it is neither; a pool can be used as any other. */
    @Test
    void poolThatWasHalfMadeIsAPoolOrNone() throws IOException {
        System.out.println("StartPowerLossTest: -Dscrubjay.test.seed=" + SEED);
        // Given
        DiskRecord record = new DiskRecord();
        int events;
        try (FailingDisk disk = FailingDisk.in(directory, DISK_BYTES)) {
            disk.tell(record);
            try (SpdkEngine engine = SpdkEngine.open(pool(disk.file()))) {
                events = record.size();
                assertThat(engine.list()).isEmpty();
            }
        }
        VolatileDisk disk = new VolatileDisk(new byte[DISK_BYTES], PAGE, DISK_BYTES);
        int opened = 0;
        for (int at = 0; at <= events; at++) {
            // When
            record.play(disk, Math.max(0, at - 1), at);
            disk.leave(directory.resolve("left"), Survival.ANYTHING, chance);

            // Then
            String when = "after event " + at + " of " + events;
            SpdkPool left = pool(directory.resolve("left"));
            try (SpdkEngine engine = SpdkEngine.open(left)) {
                opened++;
                assertThat(engine.list()).as(when).isEmpty();
                assertThat(engine.unreadable()).as(when).isEmpty();
                engine.create(VolumeName.of("volume"), CLUSTER, Provisioning.THIN);
                write(engine, "volume", 1);
                engine.proveWritable();
            } catch (EngineException.PoolUnusable refused) {
                System.out.println("StartPowerLossTest: " + when + ": " + refused.getMessage());
                continue;
            }
            try (SpdkEngine engine = SpdkEngine.open(left)) {
                assertThat(told(engine)).as(when).isEqualTo(Map.of("volume", QuickHash.of(BYTES)));
            }
        }
        assertThat(opened).isGreaterThan(1);
    }

    private static SpdkPool pool(Path device) {
        return TestDevice.pool(new SpdkDevice.Aio(device, false));
    }
}
