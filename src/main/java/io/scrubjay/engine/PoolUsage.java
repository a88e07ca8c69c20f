package io.scrubjay.engine;

/**
 * How full a pool is.
 *
 * @param totalClusters clusters the pool could hold in all
 * @param freeClusters clusters that can still be allocated
 * @param usedBytes bytes the volumes of this pool occupy
 */
public record PoolUsage(long totalClusters, long freeClusters, long usedBytes) {
    public PoolUsage {
        if (totalClusters < 0 || freeClusters < 0 || freeClusters > totalClusters || usedBytes < 0) {
            throw new IllegalArgumentException(
                    "impossible usage: " + freeClusters + " of " + totalClusters + " free, " + usedBytes + " used");
        }
    }
}
