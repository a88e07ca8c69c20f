// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.engine.spdk;

import io.scrubjay.MemoryDirectory;
import io.scrubjay.QuickHash;
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
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * INVARIANT I-5: each change that the engine has made is on the medium when it returns, by itself; and a volume that is being
 * deleted when the power is lost is whole, or not there.
 */
@NeedsSpdk
@Timeout(value = 10, unit = TimeUnit.MINUTES)
class ChangePowerLossTest {
    private static final long SEED = Long.getLong("scrubjay.test.seed", System.nanoTime());
    private static final int CLUSTER = TestDevice.CLUSTER_BYTES;
    private static final int DISK_BYTES = 24 << 20;
    private static final int PAGE_BYTES = 4096;

    @TempDir(factory = MemoryDirectory.class)
    Path directory;

    private record Change(String name, Consumer<SpdkEngine> make) {}

    private static final List<Change> CHANGES = List.of(
            new Change("create a thin volume", engine -> engine.create(name("a"), 2L * CLUSTER, Provisioning.THIN)),
            new Change("write to it", engine -> write(engine, "a", 1)),
            new Change("create a thick volume", engine -> engine.create(name("b"), CLUSTER, Provisioning.THICK)),
            new Change("write to that", engine -> write(engine, "b", 2)),
            new Change("rename", engine -> engine.rename(name("b"), name("c"))),
            new Change("snapshot", engine -> engine.snapshot(name("a"), name("first"))),
            new Change("clone", engine -> engine.cloneOf(name("first"), name("clone"))),
            new Change("write over the snapshot", engine -> write(engine, "a", 3)),
            new Change("resize", engine -> engine.resize(name("clone"), 3L * CLUSTER)),
            new Change("cut", engine -> engine.cut(name("a"), CLUSTER)),
            new Change("seal", engine -> engine.seal(name("c"), name("sealed"))),
            new Change("inflate", engine -> engine.inflate(name("a"))),
            new Change("decouple", engine -> engine.decouple(name("clone"))),
            new Change("delete a volume", engine -> engine.delete(name("clone"))),
            new Change("delete a snapshot", engine -> engine.delete(name("sealed"))));

    private static VolumeName name(String name) {
        return VolumeName.of(name);
    }

    private static void write(SpdkEngine engine, String name, int seed) {
        try (AwaitedVolume volume = AwaitedVolume.open(engine, name, Access.WRITE)) {
            volume.write(0, AwaitedVolume.pattern(seed, CLUSTER)).flush();
        }
    }

    /**
     * What an engine tells.
     *
     * @param volumes in words
     * @param hashes of the bytes of each
     */
    private record Told(Map<String, String> volumes, Map<String, Integer> hashes) {
        private static Told by(SpdkEngine engine) {
            Map<String, String> volumes = new TreeMap<>();
            Map<String, Integer> hashes = new TreeMap<>();
            for (VolumeSummary summary : engine.list()) {
                String name = summary.name().value();
                volumes.put(name, summary.kind() + ", " + summary.sizeBytes());
                try (AwaitedVolume volume = AwaitedVolume.open(engine, name, Access.READ)) {
                    hashes.put(name, QuickHash.of(volume.readAll()));
                }
            }
            return new Told(volumes, hashes);
        }
    }

    /** How many writes and flushes there were when a change was made, and what the engine told then. */
    private record Made(int events, Told told) {}

    @Test
    void changeThatWasMadeOutlastsALossOfPower() throws IOException {
        System.out.println("ChangePowerLossTest: -Dscrubjay.test.seed=" + SEED);
        DiskRecord record = new DiskRecord();
        List<Made> made = new ArrayList<>();
        byte[] fresh;
        try (FailingDisk disk = FailingDisk.in(directory, DISK_BYTES)) {
            SpdkEngine.open(pool(disk.file())).close();
            fresh = Files.readAllBytes(disk.bytes());
            disk.tell(record);
            try (SpdkEngine engine = SpdkEngine.open(pool(disk.file()))) {
                ClearedPool.await(engine);
                made.add(new Made(record.size(), Told.by(engine)));
                for (Change change : CHANGES) {
                    change.make().accept(engine);
                    made.add(new Made(record.size(), Told.by(engine)));
                }
            }
        }
        // Not before: SPDK opens no copy of a store beside it.
        replay(record, made, new VolatileDisk(fresh, PAGE_BYTES, CLUSTER));
    }

    private void replay(DiskRecord record, List<Made> made, VolatileDisk disk) throws IOException {
        Random chance = new Random(SEED);
        int at = record.play(disk, 0, made.get(0).events());
        for (int n = 0; n < CHANGES.size(); n++) {
            String change = CHANGES.get(n).name();
            Told before = made.get(n).told();
            Made after = made.get(n + 1);
            // A deletion clears what it deletes.
            while (change.startsWith("delete") && at < after.events()) {
                at = record.play(disk, at, at + 1);
                requireWhole(disk, chance, before, change + ", after event " + at);
            }
            at = record.play(disk, at, after.events());
            assertThat(left(disk, Survival.NOTHING, chance)).as(change).isEqualTo(after.told());
        }
    }

    private void requireWhole(VolatileDisk disk, Random chance, Told before, String when) throws IOException {
        Told told = left(disk, Survival.ANYTHING, chance);
        assertThat(before.volumes()).as(when).containsAllEntriesOf(told.volumes());
        assertThat(before.hashes()).as(when).containsAllEntriesOf(told.hashes());
    }

    /** What the next start finds. */
    private Told left(VolatileDisk disk, Survival survival, Random chance) throws IOException {
        Path device = directory.resolve("left");
        disk.leave(device, survival, chance);
        try (SpdkEngine engine = SpdkEngine.open(pool(device))) {
            assertThat(engine.unreadable()).isEmpty();
            return Told.by(engine);
        }
    }

    private static SpdkPool pool(Path device) {
        return TestDevice.pool(new SpdkDevice.Aio(device, false));
    }
}
