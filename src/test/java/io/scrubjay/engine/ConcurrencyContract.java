// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.engine;

import io.scrubjay.engine.EngineException.VolumeExists;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.stream.IntStream;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Several threads on one engine: calls about different volumes do not disturb each other, of those that want one thing exactly
 * one gets it, and whoever looks sees the pool before a change or after it.
 */
public interface ConcurrencyContract extends PoolUnderTest {
    int THREADS = 4;
    int STEPS_EACH = 8;

    private static VolumeName name(String text) {
        return VolumeName.of(text);
    }

    @ParameterizedTest(name = "seed {0}")
    @ValueSource(longs = 1)
    default void whoeverKeepsToNamesOfTheirOwnIsNotDisturbed(long seed) {
        int steps = STEPS_EACH * Integer.getInteger("scrubjay.test.scale", 1);
        List<Tenant> tenants = IntStream.range(0, THREADS)
                .mapToObj(thread -> new Tenant(this, "t" + thread + "-", seed * 31 + thread))
                .toList();
        SideBySide all = new SideBySide();
        tenants.forEach(tenant -> all.add(() -> {
            for (int i = 0; i < steps; i++) {
                tenant.step();
            }
        }));

        all.run(seed);

        tenants.forEach(tenant -> tenant.requireAll("seed " + seed));
        reopen();
        tenants.forEach(tenant -> tenant.requireAll("seed " + seed + ", opened again"));
    }

    /**
     * One of those who want the name.
     *
     * @param seed what its volume is full of then; 0 for zeroes
     */
    record Suitor(String how, long seed, Consumer<VolumeName> call) {}

    @ParameterizedTest(name = "seed {0}")
    @ValueSource(longs = {1, 2})
    default void ofAllWhoWantOneNameExactlyOneGetsIt(long seed) {
        // Given
        filled("renamed", cluster(1));
        filled("taken-of", cluster(2));
        filled("sealed", cluster(3));
        sealed("cloned", cluster(4));
        VolumeName wanted = name("wanted");
        List<Suitor> suitors = List.of(
                new Suitor("create", 0, to -> engine().create(to, clusterBytes(), Provisioning.THIN)),
                new Suitor("create thick", 0, to -> engine().create(to, clusterBytes(), Provisioning.THICK)),
                new Suitor("rename", 1, to -> engine().rename(name("renamed"), to)),
                new Suitor("snapshot", 2, to -> engine().snapshot(name("taken-of"), to)),
                new Suitor("seal", 3, to -> engine().seal(name("sealed"), to)),
                new Suitor("clone", 4, to -> engine().cloneOf(name("cloned"), to)));
        Map<String, byte[]> winners = new ConcurrentHashMap<>();
        SideBySide all = new SideBySide();
        suitors.forEach(suitor -> all.add(() -> {
            try {
                suitor.call().accept(wanted);
                winners.put(suitor.how(), suitor.seed() == 0 ? new byte[clusterBytes()] : cluster(suitor.seed()));
            } catch (VolumeExists taken) {
                assertThat(taken.name()).as(suitor.how()).isEqualTo(wanted);
            }
        }));

        // When
        all.run(seed);

        // Then
        assertThat(winners).as("seed %d", seed).hasSize(1);
        String winner = winners.keySet().iterator().next();
        reopen();
        assertThat(content("wanted")).as(winner).isEqualTo(winners.get(winner));
        requireLeftAsItWas("renamed", winner.equals("rename"), cluster(1));
        requireLeftAsItWas("sealed", winner.equals("seal"), cluster(3));
        requireLeftAsItWas("taken-of", false, cluster(2));
        requireLeftAsItWas("cloned", false, cluster(4));
    }

    private void requireLeftAsItWas(String volume, boolean hasWon, byte[] bytes) {
        if (hasWon) {
            assertThat(engine().find(name(volume))).as(volume).isEmpty();
        } else {
            assertThat(content(volume)).as(volume).isEqualTo(bytes);
        }
    }

    @Test
    default void readsAndSnapshotsBesideWritesToOthersAreExact() {
        long seed = 1;
        filled("still", joined(cluster(1), cluster(2)));
        filled("moving", joined(cluster(3), cluster(4)));
        filled("copied", cluster(100));
        SideBySide all = new SideBySide();
        all.add(() -> {
            for (int i = 0; i < STEPS_EACH; i++) {
                assertThat(content("still")).isEqualTo(joined(cluster(1), cluster(2)));
            }
        });
        all.add(() -> {
            for (int i = 1; i <= STEPS_EACH; i++) {
                long written = 1000L + i;
                writing("moving", volume -> volume.write(0, cluster(written)));
            }
        });
        all.add(() -> {
            for (int i = 1; i <= STEPS_EACH / 2; i++) {
                engine().snapshot(name("copied"), name("copy-" + i));
                long written = 100L + i;
                writing("copied", volume -> volume.write(0, cluster(written)));
            }
        });

        all.run(seed);

        assertThat(content("moving")).isEqualTo(joined(cluster(1000 + STEPS_EACH), cluster(4)));
        for (int i = 1; i <= STEPS_EACH / 2; i++) {
            assertThat(content("copy-" + i)).as("copy %d", i).isEqualTo(cluster(99 + i));
        }
    }

    @Test
    default void aSnapshotHoldsEveryWriteThatWasDoneBeforeIt() {
        int writes = 4 * STEPS_EACH;
        thin("a", 1);
        AtomicInteger done = new AtomicInteger();
        AtomicInteger begun = new AtomicInteger();
        int[] from = new int[3];
        int[] to = new int[3];
        SideBySide all = new SideBySide();
        all.add(() -> writing("a", volume -> {
            for (int i = 1; i <= writes; i++) {
                begun.set(i);
                volume.write(0, cluster(i));
                done.set(i);
            }
        }));
        all.add(() -> {
            for (int i = 0; i < from.length; i++) {
                from[i] = done.get();
                engine().snapshot(name("a"), name("s-" + i));
                to[i] = begun.get();
            }
        });

        all.run(0);

        for (int i = 0; i < from.length; i++) {
            byte[] held = content("s-" + i);
            assertThat(IntStream.rangeClosed(from[i], to[i]))
                    .as("snapshot %d, of a volume between the writes %d and %d", i, from[i], to[i])
                    .anyMatch(write -> Arrays.equals(held, write == 0 ? new byte[clusterBytes()] : cluster(write)));
        }
    }

    @Test
    default void whoeverListsSeesARenamedVolumeUnderExactlyOneName() {
        filled("a", cluster(1));
        AtomicInteger renaming = new AtomicInteger(1);
        SideBySide all = new SideBySide();
        all.add(() -> {
            try {
                for (int i = 0; i < STEPS_EACH; i++) {
                    engine().rename(name(i % 2 == 0 ? "a" : "b"), name(i % 2 == 0 ? "b" : "a"));
                }
            } finally {
                renaming.set(0);
            }
        });
        all.add(() -> {
            do {
                assertThat(engine().list())
                        .extracting(volume -> volume.name().value())
                        .singleElement()
                        .isIn("a", "b");
            } while (renaming.get() > 0);
        });

        all.run(0);

        assertThat(content("a")).isEqualTo(cluster(1));
    }

    @Test
    default void whatWasAnsweredBeforeTheEngineWasClosedIsThereAndNothingHangs() {
        long seed = 5;
        StorageEngine closing = engine();
        int clusterBytes = clusterBytes();
        CountDownLatch busy = new CountDownLatch(THREADS);
        Map<String, Long> answered = new ConcurrentHashMap<>();
        SideBySide all = new SideBySide();
        for (int i = 0; i < THREADS; i++) {
            int thread = i;
            Random random = new Random(seed + i);
            all.add(() -> {
                try {
                    for (int made = 0; made < STEPS_EACH / 2; made++) {
                        String volume = "t" + thread + "-" + made;
                        long pattern = random.nextLong();
                        store(closing, volume, AwaitedVolume.pattern(pattern, clusterBytes));
                        answered.put(volume, pattern);
                        busy.countDown();
                        closing.list();
                    }
                } catch (IllegalStateException | EngineException ended) {
                    assertThat(ended.getMessage()).isNotBlank();
                } finally {
                    busy.countDown();
                }
            });
        }
        all.add(() -> {
            busy.await();
            reopen();
        });

        all.run(seed);

        assertThat(answered).as("seed %d", seed).isNotEmpty();
        answered.forEach((volume, pattern) ->
                assertThat(content(volume)).as("%s, seed %d", volume, seed).isEqualTo(cluster(pattern)));
    }

    private static void store(StorageEngine engine, String volume, byte[] bytes) {
        engine.create(name(volume), bytes.length, Provisioning.THIN);
        try (AwaitedVolume open = AwaitedVolume.open(engine, volume, Access.WRITE)) {
            open.write(0, bytes).flush();
        }
    }
}
