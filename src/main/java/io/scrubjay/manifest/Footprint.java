// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.manifest;

import io.scrubjay.block.ClusterSize;

import java.util.Objects;

/**
 * What an image took of its pool when it was sealed.
 *
 * @param clusterSize the pool's allocation unit
 * @param allocatedClusters clusters that hold its bytes
 * @param zeroBytesSkipped logical bytes that were found to be zeroes and not written
 */
public record Footprint(ClusterSize clusterSize, long allocatedClusters, long zeroBytesSkipped) {
    public Footprint {
        Objects.requireNonNull(clusterSize);
        if (allocatedClusters < 0 || zeroBytesSkipped < 0) {
            throw new IllegalArgumentException(
                    "negative footprint: " + allocatedClusters + " clusters, " + zeroBytesSkipped + " bytes skipped");
        }
    }
}
