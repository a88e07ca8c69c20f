// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.engine.spdk.ondisk;

import io.scrubjay.engine.spdk.ondisk.MetadataPage.Part;

import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * Completes or undoes the creation and merging of snapshots that a crash has interrupted, in a store that was not shut
 * down cleanly and before SPDK loads it and does this itself. SPDK (26.05) decides correctly whether a snapshot stays,
 * by the mark that it left in its metadata, but makes these errors:
 *
 * <ul>
 *   <li>when the snapshot must be removed and has a parent, SPDK crashes: such a pool crashes every process that opens
 *       it;
 *   <li>when the snapshot must be removed, SPDK counts its shared clusters twice, and leaks the clusters that only the
 *       snapshot had;
 *   <li>when the snapshot stays, and its child had already been given its clusters, both keep them: the child's next
 *       write then changes the snapshot.
 * </ul>
 *
 * <p>So a snapshot that must be removed is removed from the medium here, which is the last step of its deletion anyway,
 * and a child is made to give back the clusters that it had been given. Each of these is one write of a page, which is
 * repeated after the next crash if it was not completed. Everything that is not exactly as expected is left to SPDK.
 *
 * <p>Stateless. Blocks for the device: it reads the metadata of each volume.
 */
public final class UnfinishedSnapshots {
    private static final System.Logger LOG = System.getLogger(UnfinishedSnapshots.class.getName());
    /** SPDK's names for its marks: the number of the volume that a snapshot is merged into or made from. */
    static final String MERGED_INTO = "SNAPRM";

    private static final String MADE_FROM = "SNAPTMP";
    /** SPDK's name for the attribute with the number of the snapshot that a volume was cloned from. */
    static final String PARENT = "SNAP";

    private static final int EXTENTS_HEAD_BYTES = 4;

    private final Medium medium;
    private final MetadataRegion region;

    private UnfinishedSnapshots(Medium medium, SuperBlock store) {
        this.medium = medium;
        this.region = new MetadataRegion(medium, store);
    }

    /**
     * Repairs a device on which SPDK has not yet searched for a store, if it has a store that needs that.
     *
     * @param firstPages the first pages of its volumes
     */
    public static void end(Medium medium, List<Long> firstPages) {
        SuperBlock.read(medium)
                .filter(store -> !store.clean())
                .ifPresent(store -> new UnfinishedSnapshots(medium, store).end(firstPages));
    }

    private void end(List<Long> firstPages) {
        try {
            // ORDER: all marked snapshots are found before anything is changed.
            firstPages.stream()
                    .flatMap(page -> StoredBlob.read(region, page).stream())
                    .filter(UnfinishedSnapshots::isMarked)
                    .toList()
                    .forEach(this::end);
        } catch (IllegalStateException strange) {
            LOG.log(
                    System.Logger.Level.WARNING,
                    "the agent cannot check the metadata of {0} for unfinished snapshots and leaves it unchanged: {1}",
                    medium,
                    strange.getMessage());
        }
    }

    private static boolean isMarked(StoredBlob blob) {
        return blob.attribute(MERGED_INTO).isPresent()
                || blob.attribute(MADE_FROM).isPresent();
    }

    /** Whether the first page of a volume marks it as such a snapshot. */
    static boolean isMarked(MetadataPage firstPage) {
        return StoredBlob.attributeOn(firstPage, MERGED_INTO).isPresent()
                || StoredBlob.attributeOn(firstPage, MADE_FROM).isPresent();
    }

    private void end(StoredBlob snapshot) {
        OptionalLong merged = snapshot.attribute(MERGED_INTO);
        long other = merged.isPresent()
                ? merged.getAsLong()
                : snapshot.attribute(MADE_FROM).orElseThrow();
        Optional<StoredBlob> volume = StoredBlob.read(region, MetadataPage.firstPageOf(other));
        if (volume.isEmpty()) {
            return;
        }
        OptionalLong parent = volume.get().attribute(PARENT);
        boolean stays = parent.isPresent() && MetadataPage.firstPageOf(parent.getAsLong()) == snapshot.firstPage();
        if (!stays) {
            LOG.log(
                    System.Logger.Level.WARNING,
                    "removing a snapshot that a crash left half made or half merged; nothing has to be done");
            region.write(snapshot.firstPage(), MetadataPage.empty());
            medium.sync();
        } else if (merged.isPresent()) {
            giveBack(snapshot, volume.get());
        }
    }

    private void giveBack(StoredBlob snapshot, StoredBlob volume) {
        int both = Math.min(snapshot.extentPages().size(), volume.extentPages().size());
        for (int index = 0; index < both; index++) {
            long from = snapshot.extentPages().get(index);
            long to = volume.extentPages().get(index);
            if (from != 0 && to != 0 && from != to && region.contains(from) && region.contains(to)) {
                giveBack(region.page(from), to);
            }
        }
    }

    private void giveBack(MetadataPage snapshot, long volumePage) {
        MetadataPage volume = region.page(volumePage);
        if (!snapshot.isValid() || !volume.isValid()) {
            return;
        }
        Optional<Part> theirs = extents(snapshot);
        Optional<Part> ours = extents(volume);
        if (theirs.isEmpty() || ours.isEmpty()) {
            return;
        }
        int length = Math.min(theirs.get().length(), ours.get().length());
        int given = 0;
        for (int at = EXTENTS_HEAD_BYTES; at + Integer.BYTES <= length; at += Integer.BYTES) {
            int cluster = volume.intAt(ours.get().at() + at);
            if (cluster != 0 && cluster == snapshot.intAt(theirs.get().at() + at)) {
                volume.putInt(ours.get().at() + at, 0);
                given++;
            }
        }
        if (given > 0) {
            LOG.log(
                    System.Logger.Level.WARNING,
                    "freeing {0} clusters that a volume took from a snapshot which a crash left half merged;"
                            + " nothing has to be done",
                    given);
            volume.seal();
            region.write(volumePage, volume);
            medium.sync();
        }
    }

    private static Optional<Part> extents(MetadataPage page) {
        return page.parts().stream()
                .filter(part -> part.type() == Part.EXTENT_PAGE)
                .findFirst();
    }
}
