// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.manifest;

import io.scrubjay.block.ClusterSize;

import java.util.Objects;

/**
 * The space that an image took in its pool when it was sealed.
 *
 * @param clusterSize the pool's allocation unit
 * @param allocatedClusters clusters that hold its bytes
 * @param zeroBytesSkipped logical bytes that were zeroes and therefore not written
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
