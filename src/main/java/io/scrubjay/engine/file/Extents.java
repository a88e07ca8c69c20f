// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.engine.file;

import io.scrubjay.block.ByteRange;
import io.scrubjay.block.ClusterMap;
import io.scrubjay.block.ClusterSize;
import io.scrubjay.engine.Provisioning;

import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;

/** Finds the clusters that a volume itself holds, from its data file. Reads no data. Thread-safe: has no state. */
final class Extents {
    private Extents() {}

    /** The clusters that hold data; for a thick volume, every cluster that its file still has. */
    static ClusterMap allocated(DataFile file, VolumeMeta meta, ClusterSize clusterSize) {
        // The file system reports blocks that are allocated but not written as holes, so the file of a thick volume is
        // not searched for data.
        return meta.provisioning() == Provisioning.THICK
                ? clusters(List.of(new ByteRange(0, Math.min(file.length(), meta.sizeBytes()))), clusterSize)
                : clusters(data(file, meta.sizeBytes()), clusterSize);
    }

    /** The clusters that hold data outside the blocks that the file shares with its parent's file. */
    static ClusterMap allocatedBeside(DataFile parent, DataFile file, VolumeMeta meta, ClusterSize clusterSize) {
        List<ByteRange> shared = PlacedExtent.shared(file.placement(), parent.placement());
        return clusters(without(shared, data(file, meta.sizeBytes())), clusterSize);
    }

    /** The clusters in which either file holds data outside the blocks that both share. */
    static ClusterMap differing(
            DataFile one, VolumeMeta oneMeta, DataFile other, VolumeMeta otherMeta, ClusterSize clusterSize) {
        List<ByteRange> shared = PlacedExtent.shared(one.placement(), other.placement());
        return clusters(without(shared, data(one, oneMeta.sizeBytes())), clusterSize)
                .union(clusters(without(shared, data(other, otherMeta.sizeBytes())), clusterSize));
    }

    private static List<ByteRange> data(DataFile file, long sizeBytes) {
        List<ByteRange> ranges = new ArrayList<>();
        OptionalLong data = file.nextData(0);
        while (data.isPresent() && data.getAsLong() < sizeBytes) {
            long end = Math.min(file.endOfData(data.getAsLong()), sizeBytes);
            ranges.add(ByteRange.between(data.getAsLong(), end));
            data = file.nextData(end);
        }
        return ranges;
    }

    /** The ranges without the removed ones; both lists and the result ascend. */
    static List<ByteRange> without(List<ByteRange> removed, List<ByteRange> ranges) {
        List<ByteRange> left = new ArrayList<>();
        int next = 0;
        for (ByteRange range : ranges) {
            long from = range.offset();
            while (next < removed.size() && removed.get(next).end() <= from) {
                next++;
            }
            for (int i = next; i < removed.size() && removed.get(i).offset() < range.end(); i++) {
                if (from < removed.get(i).offset()) {
                    left.add(ByteRange.between(from, removed.get(i).offset()));
                }
                from = removed.get(i).end();
            }
            if (from < range.end()) {
                left.add(ByteRange.between(from, range.end()));
            }
        }
        return left;
    }

    private static ClusterMap clusters(List<ByteRange> ranges, ClusterSize clusterSize) {
        ClusterMap.Builder map = ClusterMap.builder();
        long added = 0;
        for (ByteRange range : ranges) {
            long first = Math.max(added, clusterSize.clusterOf(range.offset()));
            long end = clusterSize.clustersIn(range.end());
            if (first < end) {
                map.add(first, end - first);
                added = end;
            }
        }
        return map.build();
    }
}
