// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.engine.spdk.ondisk;

import java.util.BitSet;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * Metadata pages that belong to no volume's chain, in a store that was not unloaded. A crash leaves such pages if a
 * volume was being made or deleted, and so does damage that empties the first page of a volume. Confined to one thread;
 * blocks for the device.
 */
final class StrayPages {
    private final MetadataRegion region;
    /** The number of the volume that each page claims to belong to, by page. */
    private final Map<Long, Long> later = new HashMap<>();

    StrayPages(MetadataRegion region) {
        this.region = region;
    }

    /** Notes a valid page that begins no volume. */
    void note(long number, MetadataPage page) {
        later.put(number, page.longAt(0));
    }

    /**
     * The first pages of volumes that are empty now.
     *
     * @param sound all volumes that exist
     * @return for each such first page, one of the pages left of its volume. Pages that list clusters of another volume
     *     are left out: they are older than that volume
     */
    Map<Long, Long> emptyBeginnings(List<StoredBlob> sound) {
        Set<Long> reached = new HashSet<>();
        for (StoredBlob blob : sound) {
            reached.addAll(blob.chain());
            blob.extentPagesInUse().forEach(reached::add);
        }
        Map<Long, Long> beginnings = new TreeMap<>();
        later.forEach((number, blob) -> {
            long first = MetadataPage.firstPageOf(blob);
            if (!reached.contains(number)
                    && blob == MetadataPage.blobAt(first)
                    && region.contains(first)
                    && region.page(first).isBlank()) {
                beginnings.put(first, number);
            }
        });
        if (!beginnings.isEmpty()) {
            BitSet owned = clustersOf(sound);
            beginnings.values().removeIf(number -> !isOfToday(number, owned));
        }
        return beginnings;
    }

    private BitSet clustersOf(List<StoredBlob> volumes) {
        BitSet owned = new BitSet();
        volumes.stream()
                .flatMapToLong(StoredBlob::extentPagesInUse)
                .forEach(number -> StoredBlob.clustersOn(region, number).forEach(owned::set));
        return owned;
    }

    private boolean isOfToday(long number, BitSet owned) {
        try {
            return StoredBlob.clustersOn(region, number).stream().noneMatch(owned::get);
        } catch (DamagedMetadata listsNone) {
            return true;
        }
    }
}
