// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.engine.spdk;

import io.scrubjay.engine.HeldBack;
import io.scrubjay.engine.Provisioning;
import io.scrubjay.engine.spdk.ondisk.PrivateName;

import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Clusters that private volumes hold for a while, and that SPDK counts as used. Some of them count as free: those that
 * are being cleared, and those that are kept from others during a merge. Others are held back: clusters of deleted
 * volumes. Taking, giving back and counting clusters run one at a time, so that no cluster is counted twice or not at
 * all.
 *
 * <p>Thread-safe: guarded by itself, also while SPDK makes the control call, which it makes one at a time anyway.
 */
final class HeldClusters {
    private final LvolStore store;
    private final Clearing clearing;
    /** How many free clusters each private volume holds, by the volume's UUID. */
    private final Map<String, Long> free = new HashMap<>();

    private final Map<String, HeldBack> heldBack = new HashMap<>();

    HeldClusters(LvolStore store, Clearing clearing) {
        this.store = store;
        this.clearing = clearing;
    }

    /**
     * How full the store is.
     *
     * @param totalClusters all data clusters
     * @param freeClusters the free clusters, including those that are held
     * @param heldClusters how many of the free clusters are held
     * @param heldBack which of the other clusters are held back
     */
    record Fill(long totalClusters, long freeClusters, long heldClusters, List<HeldBack> heldBack) {}

    synchronized Fill fill() {
        LvolStore.Fill fill = store.fill();
        long held = free.values().stream().mapToLong(Long::longValue).sum();
        return new Fill(fill.totalClusters(), fill.freeClusters() + held, held, List.copyOf(heldBack.values()));
    }

    /**
     * Takes free clusters: all of this number, or none.
     *
     * @return the private volume that has them; nothing was written to it
     */
    synchronized String take(long count) {
        String uuid = store.create(
                PrivateName.CLEANING.fresh(),
                count * store.clusterSize().bytes(),
                Provisioning.THICK,
                clearing.lvolMethod());
        free.put(uuid, count);
        return uuid;
    }

    /** Counts the clusters of a private volume as held back until {@link #giveBack}. */
    synchronized void holdBack(String uuid, long count, String reason) {
        free.remove(uuid);
        heldBack.put(uuid, new HeldBack(count, reason));
    }

    /** Gives the clusters of a private volume back unchanged. When that fails, they count as before. */
    synchronized void giveBack(String uuid) {
        store.delete(uuid);
        forget(uuid);
    }

    /** How many free clusters a private volume holds. */
    synchronized long count(String uuid) {
        return free.getOrDefault(uuid, 0L);
    }

    /** Stops counting a private volume that no longer exists. */
    synchronized void forget(String uuid) {
        free.remove(uuid);
        heldBack.remove(uuid);
    }
}
