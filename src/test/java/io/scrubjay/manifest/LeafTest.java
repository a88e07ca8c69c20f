// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.manifest;

import org.junit.jupiter.api.Test;

import java.nio.ByteBuffer;
import java.util.Random;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

class LeafTest {
    @Test
    void leavesAreEqualWhenBothChecksumsAre() {
        byte[] sha256 = Samples.leaf(new Random(1)).sha256();
        Leaf leaf = Leaf.of(sha256, 7);

        assertThat(Leaf.of(sha256, 7)).isEqualTo(leaf).hasSameHashCodeAs(leaf);
        assertThat(Leaf.of(sha256, 8)).isNotEqualTo(leaf);
    }

    @Test
    void everyByteOfTheDigestCounts() {
        byte[] sha256 = Samples.leaf(new Random(2)).sha256();
        Leaf leaf = Leaf.of(sha256, 7);
        for (int i = 0; i < sha256.length; i++) {
            byte[] other = sha256.clone();
            other[i] ^= 1;
            assertThat(Leaf.of(other, 7)).as("byte %d", i).isNotEqualTo(leaf);
        }
    }

    @Test
    void callersCannotReachTheBytes() {
        byte[] given = Samples.leaf(new Random(3)).sha256();
        byte[] kept = given.clone();
        Leaf leaf = Leaf.of(given, 0);

        given[0]++;
        leaf.sha256()[1]++;

        assertThat(leaf.sha256()).isEqualTo(kept);
        assertThat(leaf.digest().toBytes()).isEqualTo(kept);
    }

    @Test
    void digestOfAnotherLengthIsRefused() {
        assertThatThrownBy(() -> Leaf.of(new byte[31], 0)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void packedLeafReadsBack() {
        Leaf leaf = Samples.leaf(new Random(4));
        ByteBuffer packed = ByteBuffer.allocate(3 + Leaf.BYTES);

        leaf.putAt(packed, 3);

        assertThat(Leaf.at(packed, 3)).isEqualTo(leaf);
        assertThat(packed.position()).isZero();
    }
}
