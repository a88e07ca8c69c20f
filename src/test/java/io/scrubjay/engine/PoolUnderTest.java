// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.engine;

import io.scrubjay.engine.EngineTraits.CloneCost;

import java.util.function.Consumer;

/** What every part of {@link StorageEngineContract} works with: an open pool, and steps that come up again and again. */
public interface PoolUnderTest {
    /** How many clusters the pool holds, where it can be limited. */
    int CAPACITY_CLUSTERS = 64;

    /** The engine of the open pool. */
    StorageEngine engine();

    /** Opens the test's pool once more, without closing it before. */
    StorageEngine openAgain();

    /** Closes the engine and opens the pool anew; {@link #engine} is the new one from then on. */
    void reopen();

    /** Whether the pool holds {@link #CAPACITY_CLUSTERS} clusters and no more. */
    boolean limitsCapacity();

    default int clusterBytes() {
        return engine().traits().clusterSize().bytes();
    }

    default int ioBytes() {
        return engine().traits().ioAlignmentBytes();
    }

    default boolean shares() {
        return engine().traits().cloneCost() == CloneCost.SHARED;
    }

    /** One cluster of bytes that look like no others. */
    default byte[] cluster(long seed) {
        return AwaitedVolume.pattern(seed, clusterBytes());
    }

    default VolumeSummary thin(String name, int clusters) {
        return engine().create(VolumeName.of(name), (long) clusters * clusterBytes(), Provisioning.THIN);
    }

    default VolumeSummary thick(String name, int clusters) {
        return engine().create(VolumeName.of(name), (long) clusters * clusterBytes(), Provisioning.THICK);
    }

    /** A thin volume that holds these bytes and nothing else. */
    default void filled(String name, byte[] bytes) {
        thin(name, bytes.length / clusterBytes());
        writing(name, volume -> volume.write(0, bytes));
    }

    /** A snapshot that holds these bytes. */
    default void sealed(String name, byte[] bytes) {
        filled("head-of-" + name, bytes);
        engine().seal(VolumeName.of("head-of-" + name), VolumeName.of(name));
    }

    /** Opens, does, flushes, closes. */
    default void writing(String name, Consumer<AwaitedVolume> steps) {
        try (AwaitedVolume volume = AwaitedVolume.open(engine(), name, Access.WRITE)) {
            steps.accept(volume);
            volume.flush();
        }
    }

    /** Everything a volume holds, read from the medium. */
    default byte[] content(String name) {
        try (AwaitedVolume volume = AwaitedVolume.open(engine(), name, Access.VERIFY)) {
            return volume.readAll();
        }
    }

    default VolumeSummary summary(String name) {
        return engine().find(VolumeName.of(name)).orElseThrow();
    }

    /** Several arrays as one. */
    default byte[] joined(byte[]... parts) {
        int length = 0;
        for (byte[] part : parts) {
            length += part.length;
        }
        byte[] all = new byte[length];
        int at = 0;
        for (byte[] part : parts) {
            System.arraycopy(part, 0, all, at, part.length);
            at += part.length;
        }
        return all;
    }
}
