// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.source.qcow2;

import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.LongRange;
import net.jqwik.api.constraints.Size;

import java.nio.ByteBuffer;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

import static org.assertj.core.api.Assertions.assertThat;

/** Places around the ends of groups: what is put there never meets a refcount block, and the blocks count it. */
class HostPlacesProperties {
    private static final int CLUSTER = HostPlaces.CLUSTER_BYTES;
    private static final int USABLE = HostPlaces.GROUP_CLUSTERS - 1;

    @Property(tries = 200)
    void blocksCountWhatLiesAroundThem(
            @ForAll @IntRange(max = 2) int groups,
            @ForAll @IntRange(max = 12) int before,
            @ForAll @Size(max = 40) List<@IntRange(min = 1, max = CLUSTER) Integer> sizes) {
        HostPlaces places = new HostPlaces();
        HostFile file = new HostFile();
        Map<Long, Integer> references = new HashMap<>();
        places.skipClusters(Math.max(0, (long) groups * USABLE - before));
        for (int bytes : sizes) {
            long place = bytes == CLUSTER ? places.cluster() : places.packed(bytes);
            file.padTo(place);
            assertThat(file.length()).isEqualTo(place);
            file.append(ByteBuffer.allocate(bytes));
            for (long cluster = place / CLUSTER; cluster <= (place + bytes - 1) / CLUSTER; cluster++) {
                references.merge(cluster, 1, Integer::sum);
            }
        }
        if (sizes.isEmpty()) {
            return;
        }
        file.end();

        assertThat(file.length()).isEqualTo(places.fileBytes());
        Map<Long, ByteBuffer> byOffset = byOffset(file.take());
        Map<Long, Integer> stated = new HashMap<>();
        for (long block = 0; block < places.refcountBlocks(); block++) {
            long offset = places.refcountBlock(block);
            references.merge(offset / CLUSTER, 1, Integer::sum);
            ByteBuffer counts = byOffset.get(offset);
            assertThat(counts.remaining()).isEqualTo(CLUSTER);
            for (int i = 0; i < HostPlaces.GROUP_CLUSTERS; i++) {
                if (counts.getShort(2 * i) != 0) {
                    stated.put(block * HostPlaces.GROUP_CLUSTERS + i, (int) counts.getShort(2 * i));
                }
            }
        }
        assertThat(stated).isEqualTo(references);
    }

    private static Map<Long, ByteBuffer> byOffset(List<ByteBuffer> bytes) {
        Map<Long, ByteBuffer> byOffset = new TreeMap<>();
        long offset = 0;
        for (ByteBuffer one : bytes) {
            byOffset.put(offset, one);
            offset += one.remaining();
        }
        return byOffset;
    }

    @Property
    void manyClustersAtOnceArePlacedAsOneByOne(
            @ForAll @LongRange(max = 3L * USABLE) long before, @ForAll @IntRange(max = 100) int count) {
        HostPlaces atOnce = new HostPlaces();
        atOnce.skipClusters(before + count);
        HostPlaces each = new HostPlaces();
        each.skipClusters(before);
        for (int i = 0; i < count; i++) {
            assertThat((each.cluster() + CLUSTER) % HostPlaces.GROUP_BYTES).isNotZero();
        }
        assertThat(each.cluster()).isEqualTo(atOnce.cluster());
        assertThat(each.fileBytes()).isEqualTo(atOnce.fileBytes());
    }

    @Property
    void tableIsNotInterrupted(
            @ForAll @LongRange(max = 3L * USABLE) long before, @ForAll @IntRange(min = 1, max = 128) int clusters) {
        HostPlaces places = new HostPlaces();
        places.skipClusters(before);
        long place = places.table(clusters);
        assertThat(place / HostPlaces.GROUP_BYTES)
                .isEqualTo((place + (clusters + 1L) * CLUSTER - 1) / HostPlaces.GROUP_BYTES);
    }
}
