// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.engine.spdk.ondisk;

import io.scrubjay.engine.EngineException;

import java.util.BitSet;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;

/**
 * Compares the masks of a store that was unloaded cleanly with its metadata. SPDK (26.05) trusts the masks, which have no
 * checksum: it hides a volume that is missing from them, and hands out pages and clusters that a volume uses if these are
 * missing. A page or cluster that is in a mask but in no metadata does no harm: nobody gets it.
 *
 * <p>Confined to one thread. Blocks for the device: it reads the pages of each volume, and all others up to where the
 * metadata in use ends.
 */
final class MaskCheck {
    private final SuperBlock store;
    private final MetadataRegion region;
    private final BitSet volumes;
    private final BitSet pages;
    private final BitSet clusters;

    private MaskCheck(SuperBlock store, MetadataRegion region, BitSet volumes, BitSet pages, BitSet clusters) {
        this.store = store;
        this.region = region;
        this.volumes = volumes;
        this.pages = pages;
        this.clusters = clusters;
    }

    /**
     * Looks for anything that is in use by the metadata, but missing from a mask.
     *
     * @return what that is, as the end of a sentence; none when the masks can be trusted
     */
    static Optional<String> contradiction(Medium medium, SuperBlock store, MetadataRegion region) {
        try {
            StoredMask volumes = StoredMask.ofVolumes(medium, store);
            StoredMask pages = StoredMask.ofPages(medium, store);
            StoredMask clusters = StoredMask.ofClusters(medium, store);
            if (!volumes.isSound() || !pages.isSound() || !clusters.isSound()) {
                return Optional.of("a list of what is in use has a wrong head");
            }
            return new MaskCheck(store, region, volumes.bits(), pages.bits(), clusters.bits()).contradiction();
        } catch (EngineException.DeviceFailed unreadable) {
            return Optional.of("a list of what is in use cannot be read");
        }
    }

    private Optional<String> contradiction() {
        if (clusters.nextClearBit(0) < store.metadataClusters()) {
            return Optional.of("clusters of the metadata are not listed as in use");
        }
        return volumes.stream()
                .mapToObj(this::contradictionOf)
                .flatMap(Optional::stream)
                .findFirst()
                .or(this::hiddenVolume);
    }

    /**
     * Does not report damage, which is reported elsewhere; the pages of a damaged volume that can be read count here.
     */
    private Optional<String> contradictionOf(int firstPage) {
        StoredBlob blob;
        try {
            blob = StoredBlob.require(region, firstPage);
        } catch (DamagedMetadata damaged) {
            // Only an empty first page, listed as a volume: the volume was deleted, or the mask has one bit too many.
            return damaged.isEmpty() && damaged.page() == firstPage ? Optional.empty() : unlisted(firstPage);
        }
        return blob.chain().stream()
                .mapToLong(Long::longValue)
                .mapToObj(this::unlisted)
                .flatMap(Optional::stream)
                .findFirst()
                .or(() -> blob.extentPagesInUse()
                        .mapToObj(this::contradictionOfExtents)
                        .flatMap(Optional::stream)
                        .findFirst());
    }

    private Optional<String> contradictionOfExtents(long number) {
        Optional<String> unlisted = unlisted(number);
        if (unlisted.isPresent()) {
            return unlisted;
        }
        try {
            return StoredBlob.clustersOn(region, number).stream()
                    .filter(cluster -> isUnlisted(clusters, Integer.toUnsignedLong(cluster)))
                    .findFirst()
                    .map(cluster -> "cluster " + Integer.toUnsignedLong(cluster)
                            + ", which a volume has, is not listed as in use");
        } catch (DamagedMetadata damaged) {
            return Optional.empty();
        }
    }

    private Optional<String> unlisted(long number) {
        return isUnlisted(pages, number)
                ? Optional.of("metadata page " + number + ", which a volume has, is not listed as in use")
                : Optional.empty();
    }

    private static boolean isUnlisted(BitSet mask, long index) {
        return index > Integer.MAX_VALUE || !mask.get((int) index);
    }

    private Optional<String> hiddenVolume() {
        AtomicReference<String> found = new AtomicReference<>();
        region.forEach(
                Math.max(pages.length(), volumes.length()),
                (page, number) -> {
                    if (isUnlisted(volumes, number) && page.isFirst(number)) {
                        found.compareAndSet(
                                null, "the volume that begins with metadata page " + number + " is not listed");
                    }
                },
                (failure, number) -> {
                    // An unreadable page belongs to a damaged volume, or to no volume.
                });
        return Optional.ofNullable(found.get());
    }
}
