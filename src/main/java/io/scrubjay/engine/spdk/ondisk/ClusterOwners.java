// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.engine.spdk.ondisk;

import java.util.BitSet;
import java.util.List;

/**
 * Looks for clusters that two volumes have: one that is not listed may have been deleted, and others have its clusters by now.
 * Confined to one thread; blocks for the device.
 */
final class ClusterOwners {
    private final MetadataRegion region;
    private final SuperBlock store;
    private final Damages damages;
    private final BitSet owned = new BitSet();

    /** @param damages gets what is found */
    ClusterOwners(MetadataRegion region, SuperBlock store, Damages damages) {
        this.region = region;
        this.store = store;
        this.damages = damages;
    }

    /**
     * Looks at all volumes.
     *
     * @param firstPages where they begin
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
