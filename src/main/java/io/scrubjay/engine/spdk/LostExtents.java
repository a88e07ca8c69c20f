// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.engine.spdk;

import io.scrubjay.block.AlignedBuffer;
import io.scrubjay.block.ByteRange;
import io.scrubjay.engine.EngineException;
import io.scrubjay.engine.Errno;
import io.scrubjay.engine.spdk.ondisk.DamagedMetadata;
import io.scrubjay.engine.spdk.ondisk.Medium;
import io.scrubjay.engine.spdk.ondisk.MetadataRegion;
import io.scrubjay.engine.spdk.ondisk.StoredBlob;
import io.scrubjay.engine.spdk.ondisk.SuperBlock;
import io.scrubjay.engine.spdk.process.NativeHandle;
import io.scrubjay.engine.spdk.process.Reactor;
import io.scrubjay.engine.spdk.process.RpcFailed;

import java.nio.ByteBuffer;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Repairs pages that list a volume's clusters and that the device failed to write. SPDK (26.05) reports success for the
 * first write to a part of a volume, and records the position of the page, although the page was not written: at the
 * next opening of the pool, the volume refers to an empty page and cannot be read. SPDK still knows the content of the
 * page, and writes the whole page with each change to it: so this class makes such a change. Nothing that was written
 * to such a volume is durable before that.
 *
 * <p>The change makes one more cluster the volume's own. If the volume already has all clusters of that page, the page is
 * written only when the pool is closed; until then every flush of the volume fails.
 *
 * <p>Thread-safe: guarded by itself, also while the device works. Blocks for the device.
 */
final class LostExtents {
    private static final System.Logger LOG = System.getLogger(LostExtents.class.getName());
    /** How many clusters SPDK lists on one page. */
    private static final int CLUSTERS_PER_PAGE = 512;

    private final OpenPool pool;
    private final Optional<Medium> medium;
    /** The first page of each volume, by the volume's UUID. It stays the same for as long as the volume exists. */
    private final Map<String, Long> firstPages = new HashMap<>();
    /** The UUIDs of volumes of which a page is lost, or may be. */
    private final Set<String> suspects = ConcurrentHashMap.newKeySet();
    /** By UUID: how often the device had failed when all pages of the volume were last found on the medium. */
    private final Map<String, Long> seen = new ConcurrentHashMap<>();

    /** @param medium where the pages are looked up; without one, no page is */
    LostExtents(OpenPool pool, Optional<Medium> medium) {
        this.pool = pool;
        this.medium = medium;
    }

    /**
     * Whether all pages of a volume are on the medium. It looks only if the device has failed since it last looked, or
     * if a page was lost then, and writes lost pages again.
     *
     * @param held a volume that the caller has open, or is changing, so that nobody cuts or deletes it
     */
    boolean areWritten(StoredLvol held) {
        // Not since the volume was opened: an earlier user may have caused the failure, and not looked at the pages.
        long calm = seen.getOrDefault(held.uuid(), pool.failures().atOpen());
        if (medium.isEmpty() || (!pool.failures().hasFailedSince(calm) && !suspects.contains(held.uuid()))) {
            return true;
        }
        long failures = pool.failures().known();
        suspects.add(held.uuid());
        if (!writtenBeside(held, medium.get())) {
            return false;
        }
        suspects.remove(held.uuid());
        seen.put(held.uuid(), failures);
        return true;
    }

    /** @throws EngineException.DeviceFailed when a page of this volume is lost, or may be */
    void requireWritten(StoredLvol stored) {
        if (suspects.contains(stored.uuid())) {
            throw Errno.failed(-Errno.EIO, "write of the metadata of '" + stored.name() + "'");
        }
    }

    private synchronized boolean writtenBeside(StoredLvol held, Medium device) {
        try {
            // While a cluster may have two owners, nothing is changed.
            if (!pool.accounts().audit()) {
                return false;
            }
            SuperBlock store = SuperBlock.read(device).orElseThrow();
            MetadataRegion region = new MetadataRegion(device, store);
            StoredBlob blob = StoredBlob.require(region, firstPage(region, held.uuid()));
            for (int at = 0; at < blob.extentPages().size(); at++) {
                long page = blob.extentPages().get(at);
                if (isLost(region, page)) {
                    tell(page, held.name().value());
                    takeCluster(held, listed(at, held.sizeBytes()));
                }
            }
            pool.sync();
            return blob.extentPages().stream().noneMatch(page -> isLost(region, page));
        } catch (DamagedMetadata | EngineException | RpcFailed stays) {
            LOG.log(System.Logger.Level.WARNING, "metadata of ''{0}'' is not on the device: {1}", held.name(), stays);
            return false;
        }
    }

    private long firstPage(MetadataRegion region, String uuid) {
        if (!firstPages.containsKey(uuid)) {
            // SPDK takes the first free page, so most pages in use are at the beginning.
            note(region, 0);
        }
        if (!firstPages.containsKey(uuid)) {
            note(region, region.pages());
        }
        return Optional.ofNullable(firstPages.get(uuid))
                .orElseThrow(() -> new EngineException.DeviceFailed("search for a volume's metadata", Errno.EIO));
    }

    private void note(MetadataRegion region, long least) {
        region.forEach(
                least,
                (page, number) -> {
                    if (page.isFirst(number)) {
                        StoredBlob.read(region, number)
                                .ifPresent(blob -> blob.uuid().ifPresent(uuid -> firstPages.put(uuid, number)));
                    }
                },
                (failure, number) -> {
                    // SPDK does not write this page again either.
                });
    }

    private static boolean isLost(MetadataRegion region, long page) {
        if (page == 0) {
            return false;
        }
        try {
            StoredBlob.clustersOn(region, page);
            return false;
        } catch (DamagedMetadata lost) {
            return true;
        }
    }

    private static void tell(long page, String volume) {
        LOG.log(
                System.Logger.Level.WARNING,
                "the device lost metadata page {0} of ''{1}''; the agent writes it again. Check the device in the"
                        + " kernel log",
                page,
                volume);
    }

    /** The bytes of a volume whose clusters the page at this place of the volume's list is about. */
    private ByteRange listed(int at, long sizeBytes) {
        long bytes = (long) CLUSTERS_PER_PAGE * pool.clusterSize().bytes();
        return ByteRange.between(at * bytes, Math.min((at + 1) * bytes, sizeBytes));
    }

    /** Makes one more cluster the volume's own, if it does not have all, while others read and write the volume. */
    private void takeCluster(StoredLvol held, ByteRange listed) {
        long taken = held.writing(
                pool,
                handle -> pool.freeSpace()
                        .taking(
                                1,
                                () -> held.isExported()
                                        ? takeBesideClients(handle, listed)
                                        : held.gate().holding(() -> take(handle, pool.givesBack(held), listed))));
        Errno.require(taken, "write of the metadata of '" + held.name() + "'");
    }

    /**
     * Writes a block with the bytes that it has, and only while it has them. The rest of the cluster is zeroes, as long
     * as free clusters are.
     */
    private long takeBesideClients(NativeHandle handle, ByteRange listed) {
        long hole = hole(handle, listed);
        if (hole < 0 || !pool.freeSpace().trust()) {
            return 0;
        }
        try {
            ByteBuffer block = AlignedBuffer.allocate(AlignedBuffer.ALIGNMENT_BYTES);
            return new Clusters(handle, pool.clusterSize()).detach(hole, block);
        } finally {
            pool.freeSpace().trusted();
        }
    }

    /** Writes a whole cluster with the bytes that it reads as, and gives it back if no parent would show through. */
    private long take(NativeHandle handle, boolean parentless, ByteRange listed) {
        long hole = hole(handle, listed);
        if (hole < 0) {
            return 0;
        }
        Clusters clusters = new Clusters(handle, pool.clusterSize());
        long status = clusters.fillEdges(new ByteRange(hole, AlignedBuffer.ALIGNMENT_BYTES));
        return status < 0 || !parentless
                ? status
                : clusters.giveBack(new ByteRange(hole, pool.clusterSize().bytes()), pool.clearing());
    }

    /** The offset of the first cluster that is not the volume's own; negative when all are. */
    private static long hole(NativeHandle handle, ByteRange listed) {
        long hole = Reactor.awaited(handle.seekHole(listed.offset()));
        return hole < listed.end() ? hole : -1;
    }

    /**
     * The same for a volume that is no longer visible and is to be deleted: SPDK does not delete a volume that it
     * cannot read.
     */
    synchronized void writeBeforeDeletion(Lvol doomed) {
        if (suspects.contains(doomed.uuid())) {
            medium.flatMap(SuperBlock::read).ifPresent(store -> {
                MetadataRegion region = new MetadataRegion(medium.orElseThrow(), store);
                StoredBlob.read(region, firstPage(region, doomed.uuid()))
                        .ifPresent(blob -> writeAll(region, doomed, blob.extentPages()));
            });
            suspects.remove(doomed.uuid());
        }
    }

    /**
     * Has SPDK write the lost pages of all volumes again. Called when the pool is closed and nobody has a volume open.
     */
    synchronized void writeAll() {
        medium.ifPresent(
                device -> SuperBlock.read(device).ifPresent(store -> writeAll(new MetadataRegion(device, store))));
    }

    private void writeAll(MetadataRegion region) {
        firstPages.clear();
        note(region, region.pages());
        for (Lvol lvol : pool.store().all()) {
            try {
                Optional.ofNullable(firstPages.get(lvol.uuid()))
                        .flatMap(first -> StoredBlob.read(region, first))
                        .ifPresent(blob -> writeAll(region, lvol, blob.extentPages()));
            } catch (DamagedMetadata | EngineException | RpcFailed stays) {
                // Go on: other volumes may succeed.
                LOG.log(
                        System.Logger.Level.WARNING,
                        "metadata of ''{0}'' is not on the device: {1}",
                        lvol.name(),
                        stays);
            }
        }
    }

    private void writeAll(MetadataRegion region, Lvol lvol, List<Long> pages) {
        for (int at = 0; at < pages.size(); at++) {
            if (isLost(region, pages.get(at))) {
                tell(pages.get(at), lvol.name());
                writeAgain(lvol, listed(at, lvol.sizeBytes()));
            }
        }
    }

    private void writeAgain(Lvol lvol, ByteRange listed) {
        NativeHandle handle = pool.openWrite(lvol.uuid());
        boolean full;
        try {
            full = hole(handle, listed) < 0;
            Errno.require(take(handle, lvol.parent().isEmpty(), listed), "write a cluster whole");
        } finally {
            handle.close();
        }
        if (full && listed.end() == lvol.sizeBytes()) {
            BriefGrowth.of(lvol, pool);
        }
    }
}
