// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.engine;

import java.util.List;

/**
 * How full a pool is.
 *
 * @param totalClusters clusters the pool could hold in all
 * @param freeClusters clusters that can still be allocated
 * @param usedBytes bytes the volumes of this pool occupy
 * @param unclearedClusters the free clusters whose old content is not erased yet; no volume can read that content
 * @param heldBack clusters of deleted volumes that are not free yet
 */
public record PoolUsage(
        long totalClusters, long freeClusters, long usedBytes, long unclearedClusters, List<HeldBack> heldBack) {
    public PoolUsage {
        heldBack = List.copyOf(heldBack);
        if (totalClusters < 0
                || freeClusters < 0
                || freeClusters > totalClusters
                || usedBytes < 0
                || unclearedClusters < 0
                || unclearedClusters > totalClusters) {
            throw new IllegalArgumentException("impossible usage: " + freeClusters + " of " + totalClusters + " free, "
                    + unclearedClusters + " uncleared, " + usedBytes + " bytes used");
        }
    }

    /** The usage of a pool that has no clusters to clear and holds none back. */
    public PoolUsage(long totalClusters, long freeClusters, long usedBytes) {
        this(totalClusters, freeClusters, usedBytes, 0, List.of());
    }

    /** How many clusters are held back in all. */
    public long heldBackClusters() {
        return heldBack.stream().mapToLong(HeldBack::clusters).sum();
    }
}
