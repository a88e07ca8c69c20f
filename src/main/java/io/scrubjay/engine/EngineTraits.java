package io.scrubjay.engine;

import io.scrubjay.block.ClusterSize;

import java.util.List;
import java.util.Objects;

/**
 * What an engine is and can do: settled when the pool is opened, never changed after.
 *
 * @param kind {@code file}, {@code spdk} or {@code memory}
 * @param location where the pool lies, as its administrator knows it
 * @param clusterSize the pool's allocation unit
 * @param ioAlignmentBytes offsets and lengths of every read and write are multiples of this
 * @param cloneCost what a snapshot of, or a clone from, existing data costs
 * @param versions the engine's parts and their versions, for people
 */
public record EngineTraits(
        String kind,
        String location,
        ClusterSize clusterSize,
        int ioAlignmentBytes,
        CloneCost cloneCost,
        List<String> versions) {
    /** What sharing data between volumes costs. */
    public enum CloneCost {
        /** Metadata only. */
        SHARED,
        /** Every allocated cluster is copied. */
        COPIED
    }

    public EngineTraits {
        Objects.requireNonNull(kind);
        Objects.requireNonNull(location);
        Objects.requireNonNull(clusterSize);
        Objects.requireNonNull(cloneCost);
        versions = List.copyOf(versions);
        if (Integer.bitCount(ioAlignmentBytes) != 1 || ioAlignmentBytes > clusterSize.bytes()) {
            throw new IllegalArgumentException("alignment must be a power of two no larger than a cluster");
        }
    }
}
