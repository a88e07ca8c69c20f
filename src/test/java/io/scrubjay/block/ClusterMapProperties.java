// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.block;

import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.LongRange;
import net.jqwik.api.constraints.Size;

import java.util.BitSet;
import java.util.List;

import static org.assertj.core.api.Assertions.assertThat;

class ClusterMapProperties {
    private static final int CLUSTERS = 64;

    /** The map in which exactly the clusters are allocated whose bits are set. */
    private static ClusterMap mapOf(BitSet bits) {
        ClusterMap.Builder builder = ClusterMap.builder();
        bits.stream().forEach(cluster -> builder.add(cluster, 1));
        return builder.build();
    }

    @Property
    void mapAnswersAsASetOfBitsDoes(
            @ForAll @Size(max = 40) List<@LongRange(min = 0, max = CLUSTERS - 1) Long> allocated,
            @ForAll @LongRange(min = 0, max = CLUSTERS) long from,
            @ForAll @LongRange(min = 0, max = CLUSTERS) long to) {
        BitSet bits = new BitSet();
        allocated.forEach(cluster -> bits.set(cluster.intValue()));
        ClusterMap map = mapOf(bits);
        int first = (int) from;
        int end = (int) Math.max(from, to);

        assertThat(map.count()).isEqualTo(bits.cardinality());
        assertThat(map.contains(from)).isEqualTo(bits.get(first));
        assertThat(map.nextAllocated(from)).isEqualTo(bits.nextSetBit(first));
        assertThat(map.intersects(from, end)).isEqualTo(!bits.get(first, end).isEmpty());
        assertThat(map.containsAll(from, end)).isEqualTo(bits.get(first, end).cardinality() == end - first);
        assertThat(map.runs().stream().mapToLong(ClusterRun::count).sum()).isEqualTo(map.count());
    }

    @Property
    void unionHasTheClustersOfBoth(
            @ForAll @Size(max = 30) List<@LongRange(min = 0, max = CLUSTERS - 1) Long> one,
            @ForAll @Size(max = 30) List<@LongRange(min = 0, max = CLUSTERS - 1) Long> other) {
        BitSet oneBits = new BitSet();
        one.forEach(cluster -> oneBits.set(cluster.intValue()));
        BitSet otherBits = new BitSet();
        other.forEach(cluster -> otherBits.set(cluster.intValue()));
        BitSet both = (BitSet) oneBits.clone();
        both.or(otherBits);

        assertThat(mapOf(oneBits).union(mapOf(otherBits))).isEqualTo(mapOf(both));
    }

    @Property
    void mapsAreEqualWhenTheirClustersAre(
            @ForAll @Size(max = 20) List<@LongRange(min = 0, max = CLUSTERS - 1) Long> one,
            @ForAll @Size(max = 20) List<@LongRange(min = 0, max = CLUSTERS - 1) Long> other) {
        BitSet oneBits = new BitSet();
        one.forEach(cluster -> oneBits.set(cluster.intValue()));
        BitSet otherBits = new BitSet();
        other.forEach(cluster -> otherBits.set(cluster.intValue()));

        assertThat(mapOf(oneBits).equals(mapOf(otherBits))).isEqualTo(oneBits.equals(otherBits));
        assertThat(mapOf(oneBits)).hasSameHashCodeAs(mapOf((BitSet) oneBits.clone()));
    }
}
