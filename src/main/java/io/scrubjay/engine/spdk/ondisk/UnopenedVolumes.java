// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.engine.spdk.ondisk;

import io.scrubjay.engine.EngineException;
import io.scrubjay.engine.Unreadable;
import io.scrubjay.engine.VolumeName;

import java.util.BitSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Volumes of a loaded store that SPDK has silently not opened. Confined to one thread; blocks for the device. */
final class UnopenedVolumes {
    private final MetadataRegion region;
    private final SuperBlock store;
    private final Map<String, String> found;

    /** @param found the names of the volumes that SPDK has opened, by UUID */
    UnopenedVolumes(MetadataRegion region, SuperBlock store, Map<String, String> found) {
        this.region = region;
        this.store = store;
        this.found = found;
    }

    /**
     * The volumes that SPDK has not opened.
     *
     * @param firstPages the first pages of all volumes in the store
     */
    List<Unreadable> among(BitSet firstPages) {
        // The cheap check first: if none is missing, no page is read.
        if (firstPages.cardinality() == found.size()) {
            return List.of();
        }
        Set<String> names = Set.copyOf(found.values());
        return firstPages.stream()
                .mapToObj(number -> missing(number, names))
                .flatMap(Optional::stream)
                .toList();
    }

    private Optional<Unreadable> missing(long firstPage, Set<String> names) {
        try {
            StoredBlob blob = StoredBlob.require(region, firstPage);
            if (blob.uuid().map(found::containsKey).orElse(false)) {
                return Optional.empty();
            }
            blob.requireExtents(region);
            return Optional.of(
                    new Unreadable(nameAt(firstPage, names), region.place(firstPage), 0, reasonWhyNotOpened(blob)));
        } catch (DamagedMetadata damage) {
            if (damage.isEmpty() && damage.page() == firstPage && !store.clean()) {
                // SPDK has completed a deletion that a crash had interrupted.
                return Optional.empty();
            }
            return Optional.of(new Unreadable(
                    nameAt(firstPage, names), region.place(damage.page()), damage.errno(), damage.getMessage()));
        }
    }

    private static String reasonWhyNotOpened(StoredBlob blob) {
        return blob.attribute(UnfinishedSnapshots.PARENT).isPresent()
                ? "SPDK did not open it, perhaps for the snapshot it depends on: that of metadata page "
                        + MetadataPage.firstPageOf(
                                blob.attribute(UnfinishedSnapshots.PARENT).getAsLong())
                : "SPDK did not open it; its lines in the log may say why";
    }

    /** The name of a volume, if it can be read, and no other volume has it. */
    private Optional<VolumeName> nameAt(long firstPage, Set<String> taken) {
        try {
            MetadataPage page = region.page(firstPage);
            return page.belongsTo(MetadataPage.blobAt(firstPage), 0)
                    ? StoredBlob.nameOn(page)
                            .filter(name -> !taken.contains(name) && !PrivateName.isPrivate(name))
                            .map(VolumeName::of)
                    : Optional.empty();
        } catch (EngineException.DeviceFailed | IllegalArgumentException unknown) {
            return Optional.empty();
        }
    }
}
