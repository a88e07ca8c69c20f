// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.volume;

import io.scrubjay.block.ByteRange;
import io.scrubjay.block.ClusterSize;
import io.scrubjay.engine.StorageEngine;
import io.scrubjay.image.Image;
import io.scrubjay.pool.TestPool;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;

import java.util.Arrays;
import java.util.Random;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Whatever is written at whatever byte, a volume reads as an array would, though new clusters hold somebody else's bytes:
 * what holds I-2 and I-6 for volumes.
 */
class VolumeWriteProperties {
    private static final long CAPACITY_BYTES = 256L << 20;
    private static final int STEPS = 14;

    @Property(tries = 40)
    void volumesReadAsArraysDo(@ForAll long seed, @ForAll @IntRange(min = 12, max = 21) int clusterBits) {
        ClusterSize clusterSize = new ClusterSize(1 << clusterBits);
        Random random = new Random(seed);
        try (StorageEngine engine = TestPool.open(clusterSize, CAPACITY_BYTES);
                VolumeKit kit = new VolumeKit(engine)) {
            NamedVolume volume = begin(kit, random);
            byte[] model = kit.medium(volume);
            for (int step = 0; step < STEPS; step++) {
                switch (random.nextInt(8)) {
                    case 0 -> {
                        int size = model.length + random.nextInt(2 << 20);
                        kit.volumes.grow(volume, size);
                        model = Arrays.copyOf(model, Math.toIntExact(clusterSize.roundUp(size)));
                    }
                    case 1 -> {
                        Image snapshot = kit.snapshot(volume, "s-" + step);
                        assertThat(kit.read(snapshot)).isEqualTo(model);
                        if (random.nextBoolean()) {
                            volume = kit.cloneOf("clone-" + step, snapshot);
                        }
                    }
                    default -> {
                        byte[] bytes = bytes(random, model.length);
                        int offset = random.nextInt(model.length - bytes.length + 1);
                        kit.write(volume, offset, bytes, random);
                        System.arraycopy(bytes, 0, model, offset, bytes.length);
                    }
                }
                assertThat(Arrays.mismatch(kit.medium(volume), model)).isEqualTo(-1);
            }
            int from = random.nextInt(model.length);
            int to = from + 1 + random.nextInt(model.length - from);
            assertThat(kit.read(volume, ByteRange.between(from, to))).isEqualTo(Arrays.copyOfRange(model, from, to));
        }
    }

    private static NamedVolume begin(VolumeKit kit, Random random) {
        int size = 1 + random.nextInt(4 << 20);
        return random.nextBoolean()
                ? kit.thin("volume", size)
                : kit.cloneOf("volume", kit.image("image", sparse(random, size)));
    }

    private static byte[] bytes(Random random, int lengthMax) {
        int length = 1 + random.nextInt(Math.min(lengthMax, random.nextBoolean() ? 5000 : 2 << 20));
        byte[] bytes = new byte[length];
        if (random.nextInt(4) > 0) {
            random.nextBytes(bytes);
        }
        return bytes;
    }

    private static byte[] sparse(Random random, int length) {
        byte[] bytes = new byte[length];
        for (int i = 0; i < 4; i++) {
            byte[] run = new byte[random.nextInt(100_000)];
            random.nextBytes(run);
            int at = random.nextInt(length);
            System.arraycopy(run, 0, bytes, at, Math.min(run.length, length - at));
        }
        return bytes;
    }
}
