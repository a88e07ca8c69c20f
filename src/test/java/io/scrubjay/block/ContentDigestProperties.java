// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.block;

import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;

import java.util.Random;

import static org.assertj.core.api.Assertions.assertThat;

class ContentDigestProperties {
    private static final int MIB = 1 << 20;

    @Property(tries = 60)
    void sparseContentHasTheDefinitionsDigest(
            @ForAll long seed, @ForAll @IntRange(min = 0, max = 6 * MIB) int lengthBytes) {
        Random random = new Random(seed);
        byte[] content = new byte[lengthBytes];
        for (int runs = random.nextInt(4); runs > 0 && lengthBytes > 0; runs--) {
            int from = random.nextInt(lengthBytes);
            int to = from + random.nextInt(Math.min(lengthBytes - from, MIB) + 1);
            byte[] run = new byte[to - from];
            random.nextBytes(run);
            System.arraycopy(run, 0, content, from, run.length);
        }

        assertThat(ContentDigestReference.sparse(content)).isEqualTo(ContentDigestReference.naive(content));
    }
}
