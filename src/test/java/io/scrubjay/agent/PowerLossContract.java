// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.agent;

import io.scrubjay.engine.Provisioning;
import io.scrubjay.engine.RecordedCall;
import io.scrubjay.engine.StorageEngine;
import io.scrubjay.engine.Survival;
import io.scrubjay.engine.VolatileDirectory;
import io.scrubjay.engine.VolumeSummary;
import io.scrubjay.manifest.PoolName;
import io.scrubjay.manifest.StoredId;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * INVARIANT I-3, I-5: the power is lost at any moment of an agent's life on the file engine. All system calls that it makes
 * on its pool are recorded; then they are made again up to each of them, on a medium that keeps of what was not synced
 * nothing, anything or everything, and the pool that is left is opened: what was answered is there, what was not is whole or not
 * there, and a deep scrub finds nothing.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@Timeout(value = 15, unit = TimeUnit.MINUTES)
abstract class PowerLossContract {
    private static final long SEED = Long.getLong("scrubjay.test.seed", System.nanoTime());
    private static final int SCALE = Integer.getInteger("scrubjay.test.scale", 1);
    /** In memory: the pools that are left are many, and have to outlast nothing. */
    private static final Path QUICK = Path.of("/dev/shm");

    private static final long LEFT_BYTES_MAX = 64L << 20;
    /** Below the directory that is recorded: the agent makes both. */
    private static final String POOL = "made/pool";

    /** On the file system that the agent has its pool on; does not exist yet. */
    abstract Path root(Path directory);

    /** Whether the power is lost during this step, or after it. */
    abstract boolean concerns(PowerLossMain.Step step);

    private Path directory = Path.of("");
    private Path answers = Path.of("");
    private Optional<Path> scratch = Optional.empty();
    private Path left = Path.of("");
    private List<RecordedCall> calls = List.of();
    private List<Map<String, String>> seen = List.of();

    @BeforeAll
    void record(@TempDir Path temporary) throws Exception {
        directory = temporary.toRealPath();
        scratch = Optional.of(Files.createTempDirectory(isQuick() ? QUICK : directory, "scrubjay-power-loss-"));
        left = scratch.get().resolve("left");
        LifeProcess life = LifeProcess.in(directory);
        answers = life.answers();
        Path root = Files.createDirectory(root(directory));
        life.run("pool-record.so", root, root.resolve(POOL));
        calls = RecordedCall.readAll(life.control().resolve("record"));
        seen = LifeProcess.seen(answers);
    }

    private static boolean isQuick() throws IOException {
        return Files.isWritable(QUICK) && Files.getFileStore(QUICK).getUsableSpace() >= LEFT_BYTES_MAX;
    }

    @AfterAll
    void removeScratch() throws IOException {
        if (scratch.isPresent()) {
            remove(scratch.get());
        }
    }

    @Test
    void whateverTheMediumKeepsOfWhatWasNotSynced() throws IOException {
        System.out.println(getClass().getSimpleName() + ": -Dscrubjay.test.seed=" + SEED);
        Random chance = new Random(SEED);
        VolatileDirectory medium = new VolatileDirectory();
        int begun = -1;
        int ended = -1;
        Set<List<Long>> tried = new HashSet<>();
        for (int n = 0; n < calls.size(); n++) {
            RecordedCall call = calls.get(n);
            if (call.path().endsWith(" (deleted)")) {
                continue;
            }
            medium.apply(call);
            begun = call.path().equals(POOL + "/" + PowerLossMain.mark(begun + 1, "begins")) ? begun + 1 : begun;
            ended = call.path().equals(POOL + "/" + PowerLossMain.mark(ended + 1, "ended")) ? ended + 1 : ended;
            if (begun >= 0 && !concerns(PowerLossMain.STEPS.get(begun))) {
                continue;
            }
            for (Survival survival : Survival.values()) {
                for (int trial = trials(survival, begun, chance); trial > 0; trial--) {
                    VolatileDirectory.Remains remains = medium.remains(survival, chance);
                    if (tried.add(List.of((long) begun, (long) ended, remains.print()))) {
                        requireWhole(remains, begun, ended, "after call " + n + ", " + call + ", with " + survival);
                    }
                }
            }
        }
        assertThat(ended).as("steps").isEqualTo(PowerLossMain.STEPS.size() - 1);
        System.out.println(getClass().getSimpleName() + ": " + calls.size() + " calls, " + tried.size() + " pools");
        assertThat(tried).hasSizeGreaterThan(100);
    }

    /** All that the agent has called. */
    final List<RecordedCall> calls() {
        return calls;
    }

    /** How often the power is lost at a moment; at a first start, of which there is one, more often than later. */
    private static int trials(Survival survival, int begun, Random chance) {
        return switch (survival) {
            case NOTHING -> SCALE;
            case ANYTHING -> begun < 0 ? 8 * SCALE : oneIn(4, chance);
            case EVERYTHING -> oneIn(8, chance);
        };
    }

    private static int oneIn(int moments, Random chance) {
        return chance.nextInt(moments) < SCALE ? 1 : 0;
    }

    private void requireWhole(VolatileDirectory.Remains remains, int begun, int ended, String when) throws IOException {
        remove(left);
        Files.createDirectory(left);
        remains.leave(left);
        String at =
                (begun < 0 ? "the first start" : PowerLossMain.STEPS.get(begun).name()) + " " + when
                        + " of what was not synced";
        try (StorageEngine engine = StoredPool.openFiles(left.resolve(POOL));
                StoredPool.Agent agent = StoredPool.Agent.started(engine)) {
            assertThat(engine.unreadable()).as(at).isEmpty();
            assertThat(agent.unreadable()).as(at).isEmpty();
            Map<String, String> shown = PowerLossMain.seen(engine, agent);
            Map<String, String> before = ended < 0 ? Map.of() : seen.get(ended);
            if (begun == ended) {
                assertThat(shown).as(at).isEqualTo(before);
                requireItsRoom(engine, remains, at);
            } else {
                String writes = PowerLossMain.STEPS.get(begun).writes();
                String written = "bytes of volume/" + writes;
                assertThat(without(written, shown))
                        .as(at)
                        .isIn(without(written, before), without(written, seen.get(begun)));
                if (!writes.isEmpty()) {
                    requireOldOrNew(begun, agent.read(writes), at);
                }
            }
            assertThat(agent.shownIds()).as("what is stored " + at).containsAll(ids(engine));
            assertThat(agent.scrub()).as("findings of " + at).isEmpty();
        } catch (RuntimeException refused) {
            throw new AssertionError(at, refused);
        }
    }

    private void requireOldOrNew(int step, byte[] left, String at) throws IOException {
        byte[] before = Files.readAllBytes(answers.resolve(PowerLossMain.bytesFile(step, "before")));
        byte[] after = Files.readAllBytes(answers.resolve(PowerLossMain.bytesFile(step, "after")));
        assertThat(left).as(at).hasSameSizeAs(before);
        for (int i = 0; i < left.length; i++) {
            if (left[i] != before[i] && left[i] != after[i]) {
                throw new AssertionError("byte " + i + " was never written: " + at);
            }
        }
    }

    /** What was cut off takes no room, and what is thick has all of it. */
    private void requireItsRoom(StorageEngine engine, VolatileDirectory.Remains remains, String at) {
        for (VolumeSummary volume : engine.list()) {
            String data = POOL + "/volumes/" + volume.name().value() + "/data";
            assertThat(left.resolve(data)).as(at).hasSize(volume.sizeBytes());
            if (volume.provisioning() == Provisioning.THICK) {
                assertThat(remains.occupiedBytes(data)).as("%s %s", volume, at).isEqualTo(volume.sizeBytes());
            }
        }
    }

    /** Whose volumes there are. */
    private static Set<StoredId> ids(StorageEngine engine) {
        return engine.list().stream()
                .flatMap(volume -> PoolName.parse(volume.name()).stream())
                .map(PoolName::id)
                .collect(Collectors.toSet());
    }

    private static Map<String, String> without(String key, Map<String, String> all) {
        Map<String, String> rest = new TreeMap<>(all);
        rest.remove(key);
        return rest;
    }

    private static void remove(Path tree) throws IOException {
        if (Files.exists(tree)) {
            try (Stream<Path> all = Files.walk(tree)) {
                for (Path path : all.sorted(Comparator.reverseOrder()).toList()) {
                    Files.delete(path);
                }
            }
        }
    }
}
