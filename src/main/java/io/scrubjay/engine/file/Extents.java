package io.scrubjay.engine.file;

import io.scrubjay.block.ClusterMap;
import io.scrubjay.block.ClusterSize;
import io.scrubjay.engine.Provisioning;

import java.util.OptionalLong;

/** Which clusters of a volume are there, as its data file tells. Thread-safe: has no state. */
final class Extents {
    private Extents() {}

    /** The clusters that hold data; all that a thick volume's file still has. No data are read. */
    static ClusterMap allocated(DataFile file, VolumeMeta meta, ClusterSize clusterSize) {
        // Blocks that were only set aside count as holes to the file system: a thick volume is taken at its word.
        return meta.provisioning() == Provisioning.THICK
                ? ClusterMap.builder()
                        .add(0, clusterSize.clustersIn(Math.min(file.length(), meta.sizeBytes())))
                        .build()
                : withData(file, clusterSize, meta.sizeBytes());
    }

    private static ClusterMap withData(DataFile file, ClusterSize clusterSize, long sizeBytes) {
        ClusterMap.Builder map = ClusterMap.builder();
        long clusters = clusterSize.clustersIn(sizeBytes);
        OptionalLong data = file.nextData(0);
        while (data.isPresent() && data.getAsLong() < sizeBytes) {
            long first = clusterSize.clusterOf(data.getAsLong());
            long end = Math.min(clusterSize.clustersIn(file.endOfData(data.getAsLong())), clusters);
            map.add(first, end - first);
            data = file.nextData(end * clusterSize.bytes());
        }
        return map.build();
    }
}
