// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.engine;

import io.scrubjay.engine.EngineException.NoSpace;
import io.scrubjay.engine.EngineException.VolumeInUse;

import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.function.Consumer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

/**
 * One random sequence of operations on a pool and on its model. After each step what it was about is read and compared, and
 * a volume is before it is deleted; all that there is, after each step where clusters are small, and with large ones after
 * some of them: that would be gigabytes. Confined to one thread.
 */
final class RandomOperations {
    private static final int LARGE_CLUSTER_BYTES = 1 << 20;
    private static final int STEPS_PER_CHECK_OF_ALL = 4;
    private static final int VOLUMES_MAX = 7;
    private static final int CLUSTERS_MAX = 6;

    private final PoolUnderTest pool;
    private final long seed;
    private final Random random;
    private final Map<String, ModelVolume> model = new TreeMap<>();
    private int step;
    private String operation = "nothing";
    private String subject = "nobody";

    RandomOperations(PoolUnderTest pool, long seed) {
        this.pool = pool;
        this.seed = seed;
        this.random = new Random(seed);
    }

    void run(int steps) {
        for (step = 0; step < steps; step++) {
            try {
                next();
                check(step % stepsPerCheckOfAll() == 0);
            } catch (NoSpace full) {
                throw new AssertionError(where() + ": the pool is too small for this test", full);
            } catch (RuntimeException failed) {
                throw new AssertionError(where() + " failed", failed);
            }
        }
        check(true);
        clear();
    }

    private int stepsPerCheckOfAll() {
        return pool.clusterBytes() < LARGE_CLUSTER_BYTES ? 1 : STEPS_PER_CHECK_OF_ALL;
    }

    private String where() {
        return "seed " + seed + ", step " + step + ", " + operation;
    }

    private void next() {
        if (model.isEmpty()) {
            create();
            return;
        }
        switch (random.nextInt(16)) {
            case 0, 1 -> create();
            case 2, 3, 4, 5, 6, 7 -> inputOutput();
            case 8 -> snapshot();
            case 9 -> seal();
            case 10 -> cloneSnapshot();
            case 11 -> delete();
            case 12 -> resize();
            case 13 -> rename();
            case 14 -> comeLoose();
            default -> reopen();
        }
    }

    private void create() {
        if (model.size() < VOLUMES_MAX) {
            String name = freshName();
            int clusters = 1 + random.nextInt(CLUSTERS_MAX);
            boolean thick = random.nextInt(4) == 0;
            operation = "create " + name;
            subject = name;
            ModelVolume made = new ModelVolume(pool.clusterBytes(), pool.ioBytes(), clusters);
            if (thick) {
                pool.thick(name, clusters);
                made.holdEverything();
            } else {
                pool.thin(name, clusters);
            }
            model.put(name, made);
        }
    }

    private void inputOutput() {
        pick(VolumeKind.VOLUME, name -> {
            try (AwaitedVolume volume = AwaitedVolume.open(pool.engine(), name, Access.WRITE)) {
                for (int i = random.nextInt(4); i >= 0; i--) {
                    writeOrZero(name, volume);
                }
                volume.flush();
            }
        });
    }

    private void writeOrZero(String name, AwaitedVolume volume) {
        ModelVolume expected = model.get(name);
        int unit = random.nextBoolean() ? pool.clusterBytes() : pool.ioBytes();
        int units = expected.sizeBytes() / unit;
        int first = random.nextInt(units);
        int offset = first * unit;
        int length = unit * (1 + random.nextInt(Math.min(units - first, 2 * pool.clusterBytes() / unit)));
        String range = name + " " + offset + "+" + length;
        switch (random.nextInt(5)) {
            case 0 -> {
                operation = "writeZeroes " + range;
                volume.writeZeroes(offset, length);
                expected.zero(offset, length, pool.summary(name).provisioning());
            }
            case 1 -> {
                if (unit == pool.clusterBytes()) {
                    operation = "unmap " + range;
                    volume.unmap(offset, length);
                    expected.zero(offset, length, pool.summary(name).provisioning());
                }
            }
            default -> {
                operation = "write " + range;
                byte[] bytes = AwaitedVolume.pattern(random.nextLong(), length);
                volume.write(offset, bytes);
                expected.write(offset, bytes);
            }
        }
    }

    private void snapshot() {
        pick(VolumeKind.VOLUME, name -> {
            if (model.size() < VOLUMES_MAX) {
                String made = freshName();
                operation = "snapshot " + name + " as " + made;
                subject = made;
                pool.engine().snapshot(VolumeName.of(name), VolumeName.of(made));
                model.put(made, model.get(name).copy());
            }
        });
    }

    private void seal() {
        pick(VolumeKind.VOLUME, name -> {
            String made = freshName();
            operation = "seal " + name + " as " + made;
            subject = made;
            pool.engine().seal(VolumeName.of(name), VolumeName.of(made));
            model.put(made, model.remove(name));
        });
    }

    private void cloneSnapshot() {
        pick(VolumeKind.SNAPSHOT, name -> {
            if (model.size() < VOLUMES_MAX) {
                String made = freshName();
                operation = "clone " + name + " as " + made;
                subject = made;
                pool.engine().cloneOf(VolumeName.of(name), VolumeName.of(made));
                model.put(made, model.get(name).copy());
            }
        });
    }

    private void delete() {
        String name = random(List.copyOf(model.keySet()));
        List<VolumeName> children = childrenOf(name);
        check(name);
        operation = "delete " + name + " with children " + children;
        if (children.size() < 2) {
            pool.engine().delete(VolumeName.of(name));
            model.remove(name);
        } else {
            VolumeInUse refused =
                    catchThrowableOfType(VolumeInUse.class, () -> pool.engine().delete(VolumeName.of(name)));
            assertThat(refused).as(where()).isNotNull();
            assertThat(refused.children()).as(where()).containsExactlyInAnyOrderElementsOf(children);
        }
    }

    private void resize() {
        pick(VolumeKind.VOLUME, name -> {
            ModelVolume expected = model.get(name);
            if (expected.clusters() < CLUSTERS_MAX) {
                int clusters = expected.clusters() + random.nextInt(CLUSTERS_MAX - expected.clusters() + 1);
                operation = "resize " + name + " to " + clusters + " clusters";
                VolumeSummary resized =
                        pool.engine().resize(VolumeName.of(name), (long) clusters * pool.clusterBytes());
                expected.grow(clusters, resized.provisioning());
            }
        });
    }

    private void rename() {
        pick(VolumeKind.VOLUME, name -> {
            String made = freshName();
            operation = "rename " + name + " to " + made;
            subject = made;
            pool.engine().rename(VolumeName.of(name), VolumeName.of(made));
            model.put(made, model.remove(name));
        });
    }

    private void comeLoose() {
        pick(VolumeKind.VOLUME, name -> {
            if (random.nextBoolean()) {
                operation = "inflate " + name;
                pool.engine().inflate(VolumeName.of(name));
                model.get(name).holdEverything();
            } else {
                operation = "decouple " + name;
                pool.engine().decouple(VolumeName.of(name));
            }
        });
    }

    private void reopen() {
        operation = "reopen";
        pool.reopen();
    }

    private void check(boolean all) {
        assertThat(pool.engine().list())
                .as(where())
                .extracting(volume -> volume.name().value())
                .containsExactlyElementsOf(model.keySet());
        model.keySet().stream().filter(name -> all || name.equals(subject)).forEach(this::check);
    }

    private void check(String name) {
        model.get(name).assertReads(pool.content(name), where() + ": " + name);
    }

    /** Deletes everything, children before their parents, and finds nothing left. */
    private void clear() {
        operation = "the final deleting";
        while (!model.isEmpty()) {
            String childless = model.keySet().stream()
                    .filter(name -> childrenOf(name).isEmpty())
                    .findFirst()
                    .orElseThrow(() -> new AssertionError(where() + ": parents in a circle"));
            pool.engine().delete(VolumeName.of(childless));
            model.remove(childless);
        }
        assertThat(pool.engine().list()).as(where()).isEmpty();
        assertThat(pool.engine().usage().usedBytes()).as(where()).satisfies(used -> {
            if (pool.limitsCapacity()) {
                assertThat(used).as(where()).isZero();
            }
        });
    }

    private List<VolumeName> childrenOf(String name) {
        return pool.engine().list().stream()
                .filter(volume ->
                        volume.parent().filter(VolumeName.of(name)::equals).isPresent())
                .map(VolumeSummary::name)
                .toList();
    }

    private void pick(VolumeKind kind, Consumer<String> action) {
        List<String> names = pool.engine().list().stream()
                .filter(volume -> volume.kind() == kind)
                .map(volume -> volume.name().value())
                .toList();
        if (!names.isEmpty()) {
            subject = random(names);
            action.accept(subject);
        }
    }

    private String random(List<String> names) {
        return names.get(random.nextInt(names.size()));
    }

    private String freshName() {
        String name = "v" + random.nextInt(100);
        return model.containsKey(name) ? freshName() : name;
    }
}
