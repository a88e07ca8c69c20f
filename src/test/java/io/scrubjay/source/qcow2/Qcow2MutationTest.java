// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.source.qcow2;

import io.scrubjay.refusal.RefusedException;
import org.junit.jupiter.api.Test;

import java.util.Arrays;
import java.util.Random;
import java.util.stream.IntStream;

import static org.assertj.core.api.Assertions.assertThat;

/** A damaged file is refused, or read as its tables say; no damage does anything else to the reader. */
class Qcow2MutationTest {
    private static final int SCALE = Integer.getInteger("scrubjay.test.scale", 1);

    @Test
    void damagedFilesAreRefusedOrReadAsTheySay() {
        int read = 0;
        int refused = 0;
        for (long seed = 0; seed < 1000L * SCALE; seed++) {
            // Given
            Random random = new Random(seed);
            byte[] file = Qcow2Files.random(random.nextInt(100)).file();
            byte[] damaged = damaged(file, random);
            Limits limits = random.nextBoolean() ? Limits.USUAL : Qcow2Files.TINY;
            IntStream cuts = random.ints(3, 0, damaged.length).sorted();
            // When
            try {
                byte[] disk = Qcow2Files.read(damaged, cuts, limits, new SpoolInMemory());
                // Then
                assertThat(disk).as("seed %d", seed).isEqualTo(PlainQcow2.disk(damaged));
                read++;
            } catch (RefusedException expected) {
                refused++;
            } catch (RuntimeException | Error failed) {
                throw new AssertionError("seed " + seed, failed);
            }
        }
        assertThat(read).as("some damage is to data alone").isPositive();
        assertThat(refused).as("some damage is found").isPositive();
    }

    private static byte[] damaged(byte[] file, Random random) {
        byte[] damaged = random.nextInt(8) == 0 ? Arrays.copyOf(file, 1 + random.nextInt(file.length)) : file.clone();
        for (int n = random.nextInt(4); n >= 0; n--) {
            // Half of the damage is where the header and often the tables are.
            int at = random.nextInt(random.nextBoolean() ? damaged.length : Math.min(damaged.length, 4096));
            switch (random.nextInt(4)) {
                case 0 -> damaged[at] ^= (byte) (1 << random.nextInt(8));
                case 1 -> damaged[at] = (byte) random.nextInt();
                case 2 -> {
                    int length = Math.min(1 + random.nextInt(64), damaged.length - at);
                    System.arraycopy(damaged, random.nextInt(damaged.length - length + 1), damaged, at, length);
                }
                default -> {
                    // An entry is replaced by another.
                    int from = random.nextInt(damaged.length) & ~7;
                    int length = Math.min(8, damaged.length - Math.max(from, at & ~7));
                    System.arraycopy(damaged, from, damaged, at & ~7, length);
                }
            }
        }
        return damaged;
    }
}
