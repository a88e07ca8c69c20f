// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.engine;

import io.scrubjay.block.ClusterSize;

import java.util.List;
import java.util.Objects;
import java.util.Optional;

/**
 * What an engine is and can do: determined when the pool is opened, and unchanged afterwards.
 *
 * @param kind {@code file}, {@code spdk} or {@code memory}
 * @param location where the pool is: the path or device that the administrator configured
 * @param clusterSize the pool's allocation unit
 * @param ioAlignmentBytes offsets and lengths of every read and write are multiples of this
 * @param cloneCost what a snapshot of, or a clone from, existing data costs
 * @param versions the engine's parts and their versions, for people
 * @param clear how freed clusters are made unreadable, and why in this way, for people; empty where the file system
 *     does it
 */
public record EngineTraits(
        String kind,
        String location,
        ClusterSize clusterSize,
        int ioAlignmentBytes,
        CloneCost cloneCost,
        List<String> versions,
        Optional<String> clear) {
    /** The traits of an engine that has nothing to report about clearing. */
    public EngineTraits(
            String kind,
            String location,
            ClusterSize clusterSize,
            int ioAlignmentBytes,
            CloneCost cloneCost,
            List<String> versions) {
        this(kind, location, clusterSize, ioAlignmentBytes, cloneCost, versions, Optional.empty());
    }

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
        Objects.requireNonNull(clear);
        versions = List.copyOf(versions);
        if (Integer.bitCount(ioAlignmentBytes) != 1 || ioAlignmentBytes > clusterSize.bytes()) {
            throw new IllegalArgumentException("alignment must be a power of two no larger than a cluster");
        }
    }
}
