// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.engine;

import io.scrubjay.engine.EngineException.VolumeInUse;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.TreeSet;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * One of several who use a pool at the same time and keep to names of their own: makes, writes, renames, clones and deletes
 * volumes at random, and knows at each moment which there are and what they hold. Confined to one thread.
 */
final class Tenant {
    private static final int VOLUMES_MAX = 3;

    private final PoolUnderTest pool;
    private final String prefix;
    private final Random random;
    private final Map<String, byte[]> volumes = new TreeMap<>();
    private final Map<String, byte[]> snapshots = new TreeMap<>();
    private int made;

    Tenant(PoolUnderTest pool, String prefix, long seed) {
        this.pool = pool;
        this.prefix = prefix;
        this.random = new Random(seed);
    }

    /** Does one thing. */
    void step() {
        if (volumes.isEmpty()) {
            create();
            return;
        }
        switch (random.nextInt(7)) {
            case 0 -> create();
            case 1 -> rename();
            case 2 -> snapshot();
            case 3 -> cloneSnapshot();
            case 4 -> deleteVolume();
            case 5 -> deleteSnapshot();
            default -> write();
        }
    }

    /** Compares everything this one has with what the pool shows, now. */
    void requireAll(String when) {
        assertThat(pool.engine().list())
                .as("%s: volumes of %s", when, prefix)
                .extracting(volume -> volume.name().value())
                .filteredOn(name -> name.startsWith(prefix))
                .containsExactlyElementsOf(names());
        volumes.forEach((name, bytes) ->
                assertThat(pool.content(name)).as("%s: %s", when, name).isEqualTo(bytes));
        snapshots.forEach((name, bytes) ->
                assertThat(pool.content(name)).as("%s: %s", when, name).isEqualTo(bytes));
    }

    private List<String> names() {
        TreeSet<String> names = new TreeSet<>(volumes.keySet());
        names.addAll(snapshots.keySet());
        return new ArrayList<>(names);
    }

    private String newName() {
        return prefix + made++;
    }

    private String any(Map<String, byte[]> of) {
        return new ArrayList<>(of.keySet()).get(random.nextInt(of.size()));
    }

    private byte[] cluster() {
        return AwaitedVolume.pattern(random.nextLong(), pool.clusterBytes());
    }

    private void create() {
        if (volumes.size() < VOLUMES_MAX) {
            String name = newName();
            byte[] bytes = pool.joined(cluster(), cluster());
            pool.filled(name, bytes);
            volumes.put(name, bytes);
        }
    }

    private void write() {
        String name = any(volumes);
        byte[] bytes = cluster();
        int at = random.nextInt(2) * pool.clusterBytes();
        pool.writing(name, volume -> volume.write(at, bytes));
        byte[] now = volumes.get(name).clone();
        System.arraycopy(bytes, 0, now, at, bytes.length);
        volumes.put(name, now);
    }

    private void rename() {
        String from = any(volumes);
        String to = newName();
        assertThat(pool.engine()
                        .rename(VolumeName.of(from), VolumeName.of(to))
                        .name()
                        .value())
                .isEqualTo(to);
        volumes.put(to, volumes.remove(from));
    }

    private void snapshot() {
        if (snapshots.size() < VOLUMES_MAX) {
            String of = any(volumes);
            String name = newName();
            pool.engine().snapshot(VolumeName.of(of), VolumeName.of(name));
            snapshots.put(name, volumes.get(of));
        }
    }

    private void cloneSnapshot() {
        if (!snapshots.isEmpty() && volumes.size() < VOLUMES_MAX) {
            String of = any(snapshots);
            String name = newName();
            pool.engine().cloneOf(VolumeName.of(of), VolumeName.of(name));
            volumes.put(name, snapshots.get(of));
        }
    }

    private void deleteVolume() {
        String name = any(volumes);
        pool.engine().delete(VolumeName.of(name));
        volumes.remove(name);
    }

    private void deleteSnapshot() {
        if (!snapshots.isEmpty()) {
            String name = any(snapshots);
            try {
                pool.engine().delete(VolumeName.of(name));
                snapshots.remove(name);
            } catch (VolumeInUse parentOfSeveral) {
                assertThat(parentOfSeveral.children())
                        .as("the children of %s", name)
                        .hasSizeGreaterThan(1)
                        .allMatch(child -> child.value().startsWith(prefix));
            }
        }
    }
}
