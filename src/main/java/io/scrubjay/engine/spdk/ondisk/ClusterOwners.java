// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.engine.spdk.ondisk;

import java.util.BitSet;
import java.util.List;

/**
 * Looks for clusters that belong to two volumes: a volume that is not listed may have been deleted, and other volumes
 * may have got its clusters since. Confined to one thread; blocks for the device.
 */
final class ClusterOwners {
    private final MetadataRegion region;
    private final SuperBlock store;
    private final Damages damages;
    private final BitSet owned = new BitSet();

    /** @param damages collects the clusters with two owners */
    ClusterOwners(MetadataRegion region, SuperBlock store, Damages damages) {
        this.region = region;
        this.store = store;
        this.damages = damages;
    }

    /**
     * Checks all volumes.
     *
     * @param firstPages the first page of each volume
     */
    void require(List<Long> firstPages) {
        owned.set(0, Math.toIntExact(store.metadataClusters()));
        firstPages.stream()
                .flatMap(number -> StoredBlob.read(region, number).stream())
                .flatMapToLong(StoredBlob::extentPagesInUse)
                .forEach(this::requireUnowned);
    }

    private void requireUnowned(long extentPage) {
        try {
            for (int cluster : StoredBlob.clustersOn(region, extentPage)) {
                if (owned.get(cluster)) {
                    damages.add(
                            new DamagedMetadata(
                                    extentPage, "lists cluster " + cluster + ", which belongs to something else too"),
                            "");
                }
                owned.set(cluster);
            }
        } catch (DamagedMetadata damage) {
            damages.add(damage, "");
        }
    }
}
