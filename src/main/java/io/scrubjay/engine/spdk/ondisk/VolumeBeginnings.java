// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.engine.spdk.ondisk;

import io.scrubjay.engine.EngineException;

import java.util.Optional;
import java.util.OptionalLong;

/** What the first page of a volume says about it. Confined to one thread; blocks for the device. */
final class VolumeBeginnings {
    private final MetadataRegion region;

    VolumeBeginnings(MetadataRegion region) {
        this.region = region;
    }

    /** Whether the volume is a mark that all free clusters are zeroes. */
    boolean isMark(long firstPage) {
        return nameOn(firstPage).map(PrivateName.CLEAN::matches).orElse(false);
    }

    /** Whether the volume is one of the engine's internal volumes. */
    boolean isPrivate(long firstPage) {
        return nameOn(firstPage).map(PrivateName::isPrivate).orElse(false);
    }

    /** Whether the volume is a snapshot that has been merged into another volume, which no longer depends on it. */
    boolean isMerged(long firstPage) {
        OptionalLong into = StoredBlob.attributeOn(region.page(firstPage), UnfinishedSnapshots.MERGED_INTO);
        if (into.isEmpty()) {
            return false;
        }
        return StoredBlob.read(region, MetadataPage.firstPageOf(into.getAsLong()))
                .filter(volume ->
                        volume.attribute(UnfinishedSnapshots.PARENT).orElse(0) != MetadataPage.blobAt(firstPage))
                .isPresent();
    }

    Optional<String> nameOn(long firstPage) {
        return StoredBlob.nameOn(region.page(firstPage));
    }

    /**
     * Whether the volume is a snapshot that was neither completed nor undone; {@code false} if the page cannot be read.
     */
    boolean isUnfinished(long firstPage) {
        try {
            MetadataPage page = region.page(firstPage);
            return page.isFirst(firstPage) && UnfinishedSnapshots.isMarked(page);
        } catch (EngineException.DeviceFailed unreadable) {
            return false;
        }
    }
}
