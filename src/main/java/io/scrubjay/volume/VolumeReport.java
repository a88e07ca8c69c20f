package io.scrubjay.volume;

import io.scrubjay.block.ClusterSize;
import io.scrubjay.engine.Provisioning;
import io.scrubjay.image.ImageKey;

import java.util.List;
import java.util.Objects;
import java.util.Optional;

/**
 * What there is to say of a volume at one moment. Immutable.
 *
 * @param volume who it is
 * @param extent what the pool has of it; empty when its bytes are gone
 * @param source the image or snapshot it was made from, if that still exists
 * @param clusterSize the pool's
 */
public record VolumeReport(
        NamedVolume volume, Optional<Extent> extent, Optional<ImageKey> source, ClusterSize clusterSize) {
    /**
     * A volume in the pool.
     *
     * @param sizeBytes its size, whole clusters
     * @param provisioning how it gets its clusters now: a snapshot makes a thick volume thin where data are shared
     * @param allocatedClusters how many clusters are its own
     * @param parents what it reads from where it has no cluster, the nearest first
     */
    public record Extent(long sizeBytes, Provisioning provisioning, long allocatedClusters, List<ImageKey> parents) {
        public Extent {
            Objects.requireNonNull(provisioning);
            parents = List.copyOf(parents);
        }
    }

    public VolumeReport {
        Objects.requireNonNull(volume);
        Objects.requireNonNull(extent);
        Objects.requireNonNull(source);
        Objects.requireNonNull(clusterSize);
    }
}
