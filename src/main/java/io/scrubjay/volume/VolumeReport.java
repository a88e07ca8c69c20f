// SPDX-License-Identifier: Apache-2.0
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
 * @param state whether its bytes are there
 * @param extent what the pool has of it; empty unless it is ready
 * @param source the image or snapshot it was made from, if that still exists
 * @param clusterSize the pool's
 */
public record VolumeReport(
        NamedVolume volume, State state, Optional<Extent> extent, Optional<ImageKey> source, ClusterSize clusterSize) {
    /** Whether a volume's bytes are there. */
    public enum State {
        READY("ready"),
        /** They are gone from the pool. */
        LOST("lost"),
        /** They, or something that may be they, cannot be read now. */
        UNREADABLE("unreadable");

        private final String wireName;

        State(String wireName) {
            this.wireName = wireName;
        }

        /** The word on the wire. */
        public String wireName() {
            return wireName;
        }
    }

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
        Objects.requireNonNull(state);
        Objects.requireNonNull(extent);
        if (extent.isPresent() != (state == State.READY)) {
            throw new IllegalArgumentException("a volume that is " + state.wireName() + " has an extent or not");
        }
        Objects.requireNonNull(source);
        Objects.requireNonNull(clusterSize);
    }
}
