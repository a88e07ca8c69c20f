// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.engine.spdk;

import io.scrubjay.MemoryDirectory;
import io.scrubjay.engine.Access;
import io.scrubjay.engine.AwaitedVolume;
import io.scrubjay.engine.ClearedPool;
import io.scrubjay.engine.DiskRecord;
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
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * INVARIANT I-5, I-6: the power is lost after any write while clusters change hands, and the disk keeps any part of what was
 * not flushed. Each sector of a volume is one that was written to that volume, or to what it was made from; a sector that was
 * flushed and not written since is there.
 */
@NeedsSpdk
@Timeout(value = 10, unit = TimeUnit.MINUTES)
class TakenClustersPowerLossTest {
    private static final long SEED = Long.getLong("scrubjay.test.seed", System.nanoTime());
    private static final int CLUSTER = TestDevice.CLUSTER_BYTES;
    private static final int DISK_BYTES = 16 << 20;
    private static final int PAGE = 4096;
    private static final int SECTOR = 512;
    private static final byte[] ZEROES = new byte[2 * CLUSTER];
    private static final byte[] OLD = AwaitedVolume.pattern(1, 2 * CLUSTER);
    private static final byte[] NEW = AwaitedVolume.pattern(2, 2 * CLUSTER);
    private static final byte[] OTHER = AwaitedVolume.pattern(3, 2 * CLUSTER);

    @TempDir(factory = MemoryDirectory.class)
    Path directory;

    private final DiskRecord record = new DiskRecord();
    private final Random chance = new Random(SEED);
    /** What each volume may have in each of its sectors. */
    private final Map<String, List<byte[]>> contents = new HashMap<>();

    private static VolumeName name(String name) {
        return VolumeName.of(name);
    }

    private static void create(SpdkEngine engine, String name) {
        engine.create(name(name), 2L * CLUSTER, Provisioning.THIN);
    }

    private static void write(SpdkEngine engine, String name, byte[] bytes) {
        try (AwaitedVolume volume = AwaitedVolume.open(engine, name, Access.WRITE)) {
            volume.write(0, bytes).flush();
        }
    }

    @Test
    void blockThatIsWrittenAfterASnapshotLeavesTheRestOfItsCluster() throws IOException {
        contents.put("volume", List.of(OLD, NEW));
        contents.put("snapshot", List.of(OLD));
        contents.put("beside", List.of(ZEROES, OTHER));

        everyLoss(
                engine -> {
                    create(engine, "volume");
                    write(engine, "volume", OLD);
                    create(engine, "beside");
                    engine.snapshot(name("volume"), name("snapshot"));
                },
                engine -> {
                    try (AwaitedVolume volume = AwaitedVolume.open(engine, "volume", Access.WRITE);
                            AwaitedVolume beside = AwaitedVolume.open(engine, "beside", Access.WRITE)) {
                        for (int cluster = 0; cluster < 2; cluster++) {
                            int at = cluster * CLUSTER + 3 * PAGE;
                            volume.write(at, Arrays.copyOfRange(NEW, at, at + PAGE));
                            beside.write(
                                            (long) cluster * CLUSTER,
                                            Arrays.copyOfRange(OTHER, cluster * CLUSTER, (cluster + 1) * CLUSTER))
                                    .flush();
                        }
                    }
                });
    }

    @Test
    void clusterThatADeletionFreesIsNobodyElsesAndTheDeletedOnesAtOnce() throws IOException {
        contents.put("doomed", List.of(OLD));
        contents.put("volume", List.of(NEW));
        contents.put("snapshot", List.of(OLD));
        contents.put("heir", List.of(ZEROES, OTHER));
        contents.put("second", List.of(OLD, OTHER));

        everyLoss(
                engine -> {
                    create(engine, "doomed");
                    write(engine, "doomed", OLD);
                    create(engine, "volume");
                    write(engine, "volume", OLD);
                    engine.snapshot(name("volume"), name("snapshot"));
                    engine.cloneOf(name("snapshot"), name("second"));
                    write(engine, "volume", NEW);
                },
                engine -> {
                    engine.delete(name("doomed"));
                    create(engine, "heir");
                    inOneGo(engine, "heir", OTHER);
                    engine.delete(name("volume"));
                    // Copied first, into what was freed just now, and then listed.
                    inOneGo(engine, "second", Arrays.copyOf(OTHER, PAGE));
                    engine.delete(name("snapshot"));
                    write(engine, "second", OTHER);
                });
    }

    /** As many writes at once as there are clusters, and no flush. */
    private static void inOneGo(SpdkEngine engine, String name, byte[] bytes) {
        try (AwaitedVolume volume = AwaitedVolume.open(engine, name, Access.WRITE)) {
            for (int at = 0; at < bytes.length; at += CLUSTER) {
                volume.write(at, Arrays.copyOfRange(bytes, at, Math.min(at + CLUSTER, bytes.length)));
            }
        }
    }

    private void everyLoss(Consumer<SpdkEngine> before, Consumer<SpdkEngine> work) throws IOException {
        System.out.println("TakenClustersPowerLossTest: -Dscrubjay.test.seed=" + SEED);
        byte[] stored;
        int events;
        try (FailingDisk disk = FailingDisk.in(directory, DISK_BYTES)) {
            try (SpdkEngine engine = SpdkEngine.open(pool(disk.file()))) {
                before.accept(engine);
            }
            stored = Files.readAllBytes(disk.bytes());
            disk.tell(record);
            try (SpdkEngine engine = SpdkEngine.open(pool(disk.file()))) {
                ClearedPool.await(engine);
                work.accept(engine);
                events = record.size();
            }
        }
        // Not before: SPDK opens no copy of a store beside it.
        VolatileDisk disk = new VolatileDisk(stored, PAGE, CLUSTER);
        for (int at = 0; at < events; at++) {
            record.play(disk, at, at + 1);
            requireSound(disk, "after event " + (at + 1) + " of " + events);
        }
    }

    private void requireSound(VolatileDisk disk, String when) throws IOException {
        Path device = directory.resolve("left");
        disk.leave(device, Survival.ANYTHING, chance);
        List<String> wrong = new ArrayList<>();
        try (SpdkEngine engine = SpdkEngine.open(pool(device))) {
            assertThat(engine.unreadable()).as(when).isEmpty();
            assertThat(engine.isSound()).as(when).isTrue();
            for (VolumeSummary found : engine.list()) {
                String name = found.name().value();
                try (AwaitedVolume volume = AwaitedVolume.open(engine, name, Access.READ)) {
                    byte[] bytes = volume.readAll();
                    for (int at = 0; at < bytes.length; at += SECTOR) {
                        if (!isIn(contents.get(name), bytes, at)) {
                            wrong.add("byte " + at + " of " + name);
                        }
                    }
                }
            }
        }
        assertThat(wrong).as(when).isEmpty();
    }

    private static boolean isIn(List<byte[]> versions, byte[] bytes, int at) {
        return versions.stream().anyMatch(version -> Arrays.equals(version, at, at + SECTOR, bytes, at, at + SECTOR));
    }

    private static SpdkPool pool(Path device) {
        return TestDevice.pool(new SpdkDevice.Aio(device, false));
    }
}
