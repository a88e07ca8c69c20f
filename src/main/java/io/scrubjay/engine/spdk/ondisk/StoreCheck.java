// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.engine.spdk.ondisk;

import io.scrubjay.engine.EngineException;
import io.scrubjay.engine.Unreadable;
import io.scrubjay.engine.VolumeName;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.stream.Stream;

/**
 * Finds the volumes of a store that SPDK (26.05) silently ignores when it loads the store: those whose metadata is
 * damaged or cannot be read.
 *
 * <ul>
 *   <li>A store that was unloaded cleanly has a list of its volumes, and of the pages and clusters in use. SPDK trusts the
 *       list, so a volume that it cannot open keeps its clusters: the rest of the store can be used, and {@link #afterLoad}
 *       tells which volumes are missing. The list has no checksum: {@link #beforeLoad} compares it with the metadata, and
 *       drops an incomplete list, so that SPDK makes a new one.
 *   <li>Without the list, SPDK treats as used only what it finds in valid metadata, and everything else as free: it would
 *       give clusters of a volume whose metadata it cannot read to others. {@link #beforeLoad} refuses such a store.
 * </ul>
 *
 * <p>A crash leaves no damage: SPDK writes whole pages, each with its checksum, and empties pages that it frees. But a
 * crash can leave a volume with pages that are already or still empty: a volume that was being deleted or made, which has
 * a {@link PrivateName} meanwhile, or a snapshot that was merged into a volume, which SPDK has marked as such.
 *
 * <p>A volume whose first page is empty was deleted or never made, unless the names of other volumes show that it should
 * exist: see {@link NamePairs}.
 *
 * <p>Confined to the thread that opens the pool. Blocks for the device: before a load that follows a crash it reads all
 * metadata, before any other load the list and the pages in use; after a load it reads some pages, or only the list when
 * no volume is missing.
 */
public final class StoreCheck {
    private static final System.Logger LOG = System.getLogger(StoreCheck.class.getName());

    private final String device;
    private final NamePairs pairs;
    private final Medium medium;
    /** The super block; read again after the store was changed into one that SPDK recovers. */
    private SuperBlock store;

    private final MetadataRegion region;
    private final StrayPages strays;
    /** Why the list of what is in use cannot be trusted, in a store that was unloaded. */
    private Optional<String> wrongList = Optional.empty();

    private final VolumeBeginnings beginnings;
    private final Damages damages;

    private StoreCheck(String device, NamePairs pairs, Medium medium, SuperBlock store) {
        this.device = device;
        this.pairs = pairs;
        this.medium = medium;
        this.store = store;
        this.region = new MetadataRegion(medium, store);
        this.strays = new StrayPages(region);
        this.beginnings = new VolumeBeginnings(region);
        this.damages = new Damages(region);
    }

    /**
     * The check of a store that SPDK has not loaded yet; none if there is no store.
     *
     * @param device the device that it is on, for people
     * @param pairs which of its volumes belong together
     */
    public static Optional<StoreCheck> of(String device, NamePairs pairs, Medium medium) {
        return SuperBlock.read(medium).map(store -> new StoreCheck(device, pairs, medium, store));
    }

    /**
     * Makes sure that SPDK can load the store without handing out clusters of a volume that it cannot read. Removes
     * volumes from the medium that were being deleted or made at a crash and have lost pages by it.
     *
     * @return the first pages of all volumes, if SPDK has to recover the store; otherwise empty
     * @throws EngineException.PoolUnusable when SPDK must not load the store; nothing has changed then
     */
    public List<Long> beforeLoad() {
        ownPage().ifPresent(this::requireOwn);
        wrongList = store.clean() && store.fits(medium) ? whatIsWrongWithTheList() : Optional.empty();
        List<Long> firstPages = store.clean() && wrongList.isEmpty() ? List.of() : survey();
        if (wrongList.isPresent()) {
            requireNothingLost(firstPages);
        }
        List<Long> ended = ended(firstPages);
        if (damages.isNone()) {
            List<Long> staying = new ArrayList<>(firstPages);
            staying.removeAll(ended);
            requireNoLostVolume(staying);
        }
        if (!damages.isNone()) {
            throw damages.refusal(device + (store.clean() ? "" : " was not closed in good order, and"), wrongList);
        }
        wrongList.ifPresent(this::dropList);
        if (!ended.isEmpty()) {
            takeOff(ended);
        }
        return firstPages;
    }

    /** Whether the last user of the store unloaded it cleanly. */
    public boolean wasUnloaded() {
        return store.clean();
    }

    /** Why SPDK must not trust the list of what is in use; none when it can. */
    private Optional<String> whatIsWrongWithTheList() {
        try {
            BitSet listed = listed();
            return MaskCheck.contradiction(medium, store, region)
                    .or(() -> listed.stream().anyMatch(beginnings::isUnfinished)
                            ? Optional.of("a snapshot was neither made nor taken back")
                            : Optional.empty());
        } catch (EngineException.DeviceFailed unreadable) {
            return Optional.of("the list of what is in use cannot be read");
        }
    }

    /** Before a list is dropped: reports volumes that only the list shows. */
    private void requireNothingLost(List<Long> firstPages) {
        try {
            StoredMask volumes = StoredMask.ofVolumes(medium, store);
            if (volumes.isSound()) {
                BitSet lost = volumes.bits();
                firstPages.forEach(number -> lost.clear(Math.toIntExact(number)));
                lost.stream()
                        .forEach(number -> damages.add(
                                new DamagedMetadata(
                                        number,
                                        "begins no volume, and the list (at byte "
                                                + store.masks().volumes().firstPage() * MetadataPage.BYTES
                                                + ") says it does"),
                                ""));
            }
        } catch (EngineException.DeviceFailed unreadable) {
            // A list that cannot be read shows nothing.
        }
        if (firstPages.stream().noneMatch(beginnings::isUnfinished)) {
            new ClusterOwners(region, store, damages).require(firstPages);
        }
    }

    /**
     * Marks the store as not unloaded: later changes to it are not in its list of volumes and of clusters in use. SPDK
     * then makes the list anew, from metadata that is known to be intact.
     */
    private void dropList(String reason) {
        LOG.log(
                System.Logger.Level.WARNING,
                "{0}: the agent has SPDK recover the pool; nothing has to be done",
                reason);
        medium.write(0, SuperBlock.notUnloaded(medium).copy().bytes());
        medium.sync();
        store = SuperBlock.read(medium).orElseThrow();
    }

    /**
     * Drops the list of a store that SPDK has unloaded, if it contains volumes that do not exist, while all volumes
     * that SPDK had exist and are intact. For a device that has failed meanwhile, since SPDK lists volumes even if it
     * could write nothing of them. SPDK has no longer loaded the store.
     *
     * @param uuids the UUIDs of the volumes that SPDK had
     */
    public void dropListAfterFailures(Set<String> uuids) {
        if (!store.clean() || listed().stream().noneMatch(this::isBlank)) {
            return;
        }
        ownPage().ifPresent(this::requireOwn);
        List<Long> firstPages = survey();
        Set<String> found = new HashSet<>();
        for (long number : firstPages) {
            try {
                StoredBlob blob = StoredBlob.require(region, number);
                blob.requireExtents(region);
                if (MetadataPage.blobAt(number) != store.ownVolume()) {
                    blob.uuid().ifPresent(found::add);
                }
            } catch (DamagedMetadata damage) {
                damages.add(damage, "");
            }
        }
        new ClusterOwners(region, store, damages).require(firstPages);
        requireNoLostVolume(firstPages);
        if (damages.isNone() && found.equals(uuids)) {
            dropList("the device has failed while the pool was in use");
        }
    }

    private boolean isBlank(long page) {
        return region.page(page).isBlank();
    }

    /** Reads every page, and returns the pages that begin a volume. */
    private List<Long> survey() {
        List<Long> firstPages = new ArrayList<>();
        region.forEach(
                (page, number) -> {
                    if (page.isBlank()) {
                        return;
                    }
                    if (!page.isValid()) {
                        damages.add(new DamagedMetadata(number, DamagedMetadata.WRONG), "");
                    } else if (page.isFirst(number)) {
                        firstPages.add(number);
                    } else {
                        strays.note(number, page);
                    }
                },
                (failure, number) -> damages.add(new DamagedMetadata(number, failure), ""));
        return firstPages;
    }

    /** Follows the chains of volumes, and returns the first pages of the volumes to remove. */
    private List<Long> ended(List<Long> firstPages) {
        List<Long> ended = new ArrayList<>();
        for (long number : firstPages) {
            try {
                StoredBlob.require(region, number).requireExtents(region);
            } catch (DamagedMetadata damage) {
                if (damage.isEmpty() && (beginnings.isPrivate(number) || beginnings.isMerged(number))) {
                    ended.add(number);
                } else {
                    damages.add(damage, ", which belongs to " + damages.volumeAt(number));
                }
            }
        }
        if (!ended.isEmpty()) {
            // ORDER: the marks go first, so that none says that the clusters of these volumes are clear.
            ended.addAll(0, firstPages.stream().filter(beginnings::isMark).toList());
        }
        return ended;
    }

    /** A volume whose first page is empty was deleted or never made, unless a volume that exists belongs to it. */
    private void requireNoLostVolume(List<Long> firstPages) {
        List<StoredBlob> volumes = firstPages.stream()
                .flatMap(number -> StoredBlob.read(region, number).stream())
                .toList();
        Map<Long, Long> emptied = strays.emptyBeginnings(volumes);
        if (emptied.isEmpty()) {
            return;
        }
        List<VolumeName> left = pairs.left(volumes.stream()
                .flatMap(volume -> volume.name().stream())
                .flatMap(StoreCheck::volumeName)
                .toList());
        if (!left.isEmpty()) {
            emptied.forEach((first, later) -> damages.add(
                    DamagedMetadata.empty(first),
                    ", and " + region.place(later) + " is of a volume that began there, while '" + left.get(0)
                            + "' has lost what belongs to it"));
        }
    }

    private static Stream<VolumeName> volumeName(String name) {
        try {
            return Stream.of(VolumeName.of(name));
        } catch (IllegalArgumentException foreign) {
            return Stream.empty();
        }
    }

    private void takeOff(List<Long> firstPages) {
        LOG.log(
                System.Logger.Level.WARNING,
                "removing {0} volumes that a crash left half deleted or half made; nothing has to be done",
                firstPages.size());
        for (long number : firstPages) {
            region.write(number, MetadataPage.empty());
            medium.sync();
        }
    }

    /** The page with the store's own name: without it SPDK finds no store. */
    private OptionalLong ownPage() {
        long own = MetadataPage.firstPageOf(store.ownVolume());
        return store.ownVolume() == MetadataPage.blobAt(own) ? OptionalLong.of(own) : OptionalLong.empty();
    }

    private void requireOwn(long firstPage) {
        try {
            StoredBlob.require(region, firstPage);
        } catch (DamagedMetadata damage) {
            damages.add(damage, ", which belongs to the store's own name");
        }
    }

    /**
     * The volumes that SPDK has not opened.
     *
     * @param found the names of the volumes that SPDK has opened, by UUID
     */
    public List<Unreadable> afterLoad(Map<String, String> found) {
        BitSet firstPages = listed();
        ownPage().ifPresent(own -> firstPages.clear(Math.toIntExact(own)));
        return new UnopenedVolumes(region, store, found).among(firstPages);
    }

    /** The first pages of the volumes, as the store's list had them when SPDK loaded the store. */
    private BitSet listed() {
        return StoredMask.ofVolumes(medium, store).bits();
    }
}
