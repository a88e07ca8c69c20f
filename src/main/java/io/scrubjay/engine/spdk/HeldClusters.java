// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.engine.spdk;

import io.scrubjay.engine.Provisioning;

import java.util.HashMap;
import java.util.Map;

/**
 * Free clusters that private volumes hold for a while: those that are being cleared, and those that are kept from others
 * during a merge. SPDK counts them as used. Taking them, giving them back and counting go one at a time, so that nobody who
 * counts finds a cluster twice, or not at all.
 *
 * <p>Thread-safe: guarded by itself, also while SPDK makes the control call, which it makes one at a time anyway.
 */
final class HeldClusters {
    private final LvolStore store;
    private final Clearing clearing;
    private final Map<String, Long> clusters = new HashMap<>();

    HeldClusters(LvolStore store, Clearing clearing) {
        this.store = store;
        this.clearing = clearing;
    }

    /**
     * How full the store is.
     *
     * @param totalClusters of data
     * @param freeClusters those that are held, too
     * @param heldClusters of the free ones
     */
    record Fill(long totalClusters, long freeClusters, long heldClusters) {}

    synchronized Fill fill() {
        LvolStore.Fill fill = store.fill();
        long held = clusters.values().stream().mapToLong(Long::longValue).sum();
        return new Fill(fill.totalClusters(), fill.freeClusters() + held, held);
    }

    /**
     * Takes free clusters; all, or none.
     *
     * @return the private volume that has them, on which nothing was written
     */
    synchronized String take(long count) {
        String uuid = store.create(
                PrivateName.CLEANING.fresh(),
                count * store.clusterSize().bytes(),
                Provisioning.THICK,
                clearing.lvolMethod());
        clusters.put(uuid, count);
        return uuid;
    }

    /** Gives the clusters of a private volume back as they are. They count as used when that fails. */
    synchronized void giveBack(String uuid) {
        clusters.remove(uuid);
        store.delete(uuid);
    }
}
