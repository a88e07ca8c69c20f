// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.volume;

import io.scrubjay.block.ClusterSize;
import io.scrubjay.engine.Provisioning;
import io.scrubjay.image.ImageKey;

import java.util.List;
import java.util.Objects;
import java.util.Optional;

/**
 * The description of a volume at one moment. Immutable.
 *
 * @param volume the volume
 * @param state whether its bytes are there
 * @param extent its size and clusters in the pool; empty unless it is ready
 * @param source the image or snapshot it was made from, if that still exists
 * @param clusterSize the cluster size of the pool
 */
public record VolumeReport(
        NamedVolume volume, State state, Optional<Extent> extent, Optional<ImageKey> source, ClusterSize clusterSize) {
    /** Whether a volume's bytes are there. */
    public enum State {
        READY("ready"),
        /** The bytes are missing from the pool. */
        LOST("lost"),
        /** The bytes, or something that may be the bytes, cannot be read now. */
        UNREADABLE("unreadable");

        private final String wireName;

        State(String wireName) {
            this.wireName = wireName;
        }

        /** The word for it in the API. */
        public String wireName() {
            return wireName;
        }
    }

    /**
     * A volume in the pool.
     *
     * @param sizeBytes its size, a whole number of clusters
     * @param provisioning how it gets its clusters now: a snapshot makes a thick volume thin where clusters are shared
     * @param allocatedClusters how many clusters it holds itself
     * @param parents the images and snapshots that it reads from where it has no cluster, the nearest first
     */
    public record Extent(long sizeBytes, Provisioning provisioning, long allocatedClusters, List<ImageKey> parents) {
        public Extent {
            Objects.requireNonNull(provisioning);
            parents = List.copyOf(parents);
        }
    }

    public VolumeReport {
        Objects.requireNonNull(volume);
        Objects.requireNonNull(state);
        Objects.requireNonNull(extent);
        if (extent.isPresent() != (state == State.READY)) {
            throw new IllegalArgumentException("a volume that is " + state.wireName() + " has an extent or not");
        }
        Objects.requireNonNull(source);
        Objects.requireNonNull(clusterSize);
    }
}
