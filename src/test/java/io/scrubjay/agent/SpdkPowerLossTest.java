// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.agent;

import io.scrubjay.MemoryDirectory;
import io.scrubjay.QuickHash;
import io.scrubjay.engine.ClearedPool;
import io.scrubjay.engine.DiskRecord;
import io.scrubjay.engine.FailingDisk;
import io.scrubjay.engine.StorageEngine;
import io.scrubjay.engine.Survival;
import io.scrubjay.engine.VolatileDisk;
import io.scrubjay.engine.spdk.NeedsSpdk;
import io.scrubjay.engine.spdk.TestDevice;
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
 * INVARIANT I-3, I-5: the power is lost at any moment of an agent's life on SPDK. A disk keeps all writes and flushes that reach
 * it; then they are made again up to some of them, on a disk that keeps of what was not flushed nothing, anything or
 * everything, and the pool that is left is opened: what was answered is there, what was not is whole or not there, and a
 * deep scrub finds nothing.
 */
@NeedsSpdk
@Timeout(value = 15, unit = TimeUnit.MINUTES)
class SpdkPowerLossTest {
    private static final long SEED = Long.getLong("scrubjay.test.seed", System.nanoTime());
    private static final int SCALE = Integer.getInteger("scrubjay.test.scale", 1);
    /** How many moments of each step are tried, times the scale, beside that of its end. */
    private static final int MOMENTS = 2;
    /** SPDK counts on it for its metadata. */
    private static final int WHOLE_BYTES = 4096;

    private static final String VOLUME = "volume/";

    @TempDir(factory = MemoryDirectory.class)
    Path directory;

    private interface Action {
        void on(Life life) throws InterruptedException;
    }

    /**
     * Something an agent is asked for.
     *
     * @param touches the volume of which clusters are written or copied; empty for none
     */
    private record Step(String name, String touches, Action action) {
        private Step(String name, Action action) {
            this(name, "", action);
        }
    }

    private static final List<Step> STEPS = List.of(
            new Step("an upload", life -> life.agent.ingest("disk")),
            new Step("another upload", life -> life.agent.ingest("spare")),
            new Step("a new volume", life -> life.agent.createVolume("vm")),
            new Step("a write", "vm", life -> life.agent.write("vm", "first")),
            new Step("a snapshot", life -> life.agent.snapshot("vm", "monday")),
            new Step("a write over it", "vm", life -> life.agent.write("vm", "second")),
            new Step("a clone", life -> life.agent.cloneImage("disk", "clone")),
            new Step("a start", Life::restart),
            new Step("a growth of the clone", life -> life.agent.grow("clone", 2 << 20)),
            new Step("a write to the clone", "clone", life -> life.agent.write("clone", "third")),
            new Step("a growth", life -> life.agent.grow("vm", 3 << 20)),
            new Step("a second snapshot", life -> life.agent.snapshot("vm", "tuesday")),
            new Step("an inflation", "vm", life -> life.agent.inflate("vm")),
            new Step("a separation", "clone", life -> life.agent.decouple("clone")),
            new Step("the deletion of a snapshot", life -> life.agent.deleteSnapshot("monday")),
            new Step("the deletion of an image", life -> life.agent.deleteImage("spare")),
            new Step("the deletion of a volume", life -> life.agent.deleteVolume("clone")),
            new Step("a start after all that", Life::restart));

    /** An agent that can be started anew. */
    private static final class Life implements AutoCloseable {
        private final Path device;
        private StorageEngine engine;
        private StoredPool.Agent agent;

        Life(Path device) {
            this.device = device;
            this.engine = StoredPool.openSpdk(device);
            this.agent = StoredPool.Agent.started(engine);
        }

        void restart() {
            close();
            engine = StoredPool.openSpdk(device);
            agent = StoredPool.Agent.started(engine);
        }

        @Override
        public void close() {
            agent.close();
            engine.close();
        }
    }

    /**
     * What is to be seen of an agent.
     *
     * @param names in what state each image, snapshot and volume is
     * @param volumes the bytes of each volume
     */
    private record Seen(Map<String, String> names, Map<String, byte[]> volumes) {
        private static Seen of(StoredPool.Agent agent) {
            Map<String, String> names = agent.shown();
            Map<String, byte[]> volumes = new TreeMap<>();
            for (String name : names.keySet()) {
                if (name.startsWith(VOLUME)) {
                    volumes.put(name.substring(VOLUME.length()), agent.read(name.substring(VOLUME.length())));
                }
            }
            return new Seen(names, volumes);
        }
    }

    /**
     * One step, as the disk saw it.
     *
     * @param answered how many events there were by then
     * @param quiet how many there were when nothing was left to do in the background
     * @param seen what is to be seen from then on
     */
    private record Recorded(int answered, int quiet, Seen seen) {}

    private static final List<Survival> SURVIVALS = List.of(Survival.values());

    private final DiskRecord events = new DiskRecord();
    private final Random chance = new Random(SEED);
    private int tried;

    @Test
    void whateverTheDiskKeepsOfWhatWasNotFlushed() throws Exception {
        System.out.println("SpdkPowerLossTest: -Dscrubjay.test.seed=" + SEED);
        List<Recorded> steps = new ArrayList<>();
        byte[] fresh;
        try (FailingDisk disk = FailingDisk.in(directory, StoredPool.DEVICE_BYTES)) {
            new Life(disk.file()).close();
            fresh = Files.readAllBytes(disk.bytes());
            disk.tell(events);
            try (Life life = new Life(disk.file())) {
                steps.add(recorded(events.size(), life));
                for (Step step : STEPS) {
                    step.action().on(life);
                    steps.add(recorded(events.size(), life));
                }
            }
        }
        replay(new VolatileDisk(fresh, WHOLE_BYTES, TestDevice.CLUSTER_BYTES), steps);
        System.out.println("SpdkPowerLossTest: " + events.size() + " writes and flushes, " + tried + " pools");
    }

    private Recorded recorded(int answered, Life life) {
        Seen seen = Seen.of(life.agent);
        ClearedPool.await(life.engine);
        return new Recorded(answered, events.size(), seen);
    }

    private void replay(VolatileDisk disk, List<Recorded> steps) throws IOException {
        int at = events.play(disk, 0, steps.get(0).quiet());
        for (int n = 0; n < STEPS.size(); n++) {
            Step step = STEPS.get(n);
            Recorded before = steps.get(n);
            Recorded after = steps.get(n + 1);
            for (int moment : moments(at, after.answered())) {
                at = events.play(disk, at, moment);
                Survival survival = SURVIVALS.get(chance.nextInt(SURVIVALS.size()));
                lose(disk, survival, "in " + step.name() + ", after event " + moment, left -> {
                    requireOneOf(before.seen(), after.seen(), step.touches(), left);
                });
            }
            at = events.play(disk, at, after.answered());
            lose(disk, Survival.NOTHING, "after " + step.name(), left -> requireSame(after.seen(), left));
            at = events.play(disk, at, after.quiet());
            lose(disk, Survival.ANYTHING, "long after " + step.name(), left -> requireSame(after.seen(), left));
        }
    }

    /** Some numbers between these, in order. */
    private List<Integer> moments(int from, int to) {
        return chance.ints((long) MOMENTS * SCALE, from, Math.max(from + 1, to))
                .sorted()
                .boxed()
                .toList();
    }

    /** Loses the power, and looks at what is left. */
    private void lose(VolatileDisk disk, Survival survival, String when, Consumer<Seen> check) throws IOException {
        Path device = directory.resolve("left");
        disk.leave(device, survival, chance);
        String at = when + ", with " + survival + " of what was not flushed";
        tried++;
        try (StorageEngine engine = StoredPool.openSpdk(device);
                StoredPool.Agent agent = StoredPool.Agent.started(engine)) {
            assertThat(engine.unreadable()).isEmpty();
            assertThat(agent.unreadable()).isEmpty();
            check.accept(Seen.of(agent));
            assertThat(agent.scrub()).as("findings").isEmpty();
        } catch (RuntimeException | AssertionError wrong) {
            throw new AssertionError(at, wrong);
        }
    }

    private static void requireSame(Seen expected, Seen left) {
        assertThat(left.names()).isEqualTo(expected.names());
        expected.volumes()
                .forEach((name, bytes) ->
                        requireEach(bytes, bytes, name, left.volumes().get(name)));
    }

    private static void requireOneOf(Seen before, Seen after, String touched, Seen left) {
        assertThat(left.names()).isIn(before.names(), after.names());
        left.volumes().forEach((name, bytes) -> {
            byte[] old = before.volumes().getOrDefault(name, after.volumes().get(name));
            byte[] fresh = after.volumes().getOrDefault(name, old);
            if (old.length != fresh.length || !name.equals(touched)) {
                assertThat(QuickHash.of(bytes)).as(name).isIn(QuickHash.of(old), QuickHash.of(fresh));
            } else {
                requireEach(old, fresh, name, bytes);
            }
        });
    }

    /** Each byte is one or the other. */
    private static void requireEach(byte[] one, byte[] other, String volume, byte[] left) {
        assertThat(left).as(volume).hasSameSizeAs(one);
        for (int i = 0; i < left.length; i++) {
            if (left[i] != one[i] && left[i] != other[i]) {
                throw new AssertionError("byte " + i + " of " + volume + " was never written");
            }
        }
    }
}
