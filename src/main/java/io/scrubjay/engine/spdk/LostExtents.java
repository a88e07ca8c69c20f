// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.engine.spdk;

import io.scrubjay.block.AlignedBuffer;
import io.scrubjay.block.ByteRange;

import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The pages that list a volume's clusters, and that the device did not take. SPDK (26.05) answers the first write to a part
 * of a volume with success, and notes where that page is, though it was not written: whoever opens the pool next finds a
 * volume that leads to an empty page, and cannot read it. SPDK still knows what belongs on the page, and writes all of it with
 * each change to it: so a change is made here.
 *
 * <p>Confined to the thread that closes the pool, when nobody has a volume open any more. Blocks for the device: reads all
 * metadata.
 */
final class LostExtents {
    private static final System.Logger LOG = System.getLogger(LostExtents.class.getName());
    /** How many clusters SPDK lists on one page. */
    private static final int CLUSTERS_PER_PAGE = 512;

    private final OpenPool pool;
    private final MetadataRegion region;

    private LostExtents(OpenPool pool, MetadataRegion region) {
        this.pool = pool;
        this.region = region;
    }

    /** Has SPDK write such pages again. */
    static void writeAgain(OpenPool pool, Medium medium) {
        SuperBlock.read(medium)
                .ifPresent(store -> new LostExtents(pool, new MetadataRegion(medium, store)).writeAgain());
    }

    private void writeAgain() {
        Map<String, StoredBlob> stored = new HashMap<>();
        region.forEach(
                (page, number) -> {
                    if (page.isFirst(number)) {
                        StoredBlob.read(region, number)
                                .ifPresent(blob -> blob.uuid().ifPresent(uuid -> stored.put(uuid, blob)));
                    }
                },
                (failure, number) -> {
                    // SPDK does not write it again either.
                });
        for (Lvol lvol : pool.store().all()) {
            if (stored.containsKey(lvol.uuid())) {
                writeAgain(lvol, stored.get(lvol.uuid()).extentPages());
            }
        }
    }

    private void writeAgain(Lvol lvol, List<Long> pages) {
        for (int at = 0; at < pages.size(); at++) {
            if (pages.get(at) != 0 && isLost(pages.get(at))) {
                LOG.log(
                        System.Logger.Level.WARNING,
                        "the device has not taken metadata page {0} of ''{1}'': it is written again",
                        pages.get(at),
                        lvol.name());
                writeAgain(lvol, at);
            }
        }
    }

    private boolean isLost(long page) {
        try {
            StoredBlob.clustersOn(region, page);
            return false;
        } catch (DamagedMetadata lost) {
            return true;
        }
    }

    private void writeAgain(Lvol lvol, int at) {
        long clusterBytes = pool.clusterSize().bytes();
        ByteRange listed = ByteRange.between(
                (long) at * CLUSTERS_PER_PAGE * clusterBytes,
                Math.min((at + 1L) * CLUSTERS_PER_PAGE * clusterBytes, lvol.sizeBytes()));
        if (!isChanged(lvol, listed) && listed.end() == lvol.sizeBytes()) {
            pool.store().resize(lvol.uuid(), lvol.sizeBytes() + clusterBytes);
            pool.store().resize(lvol.uuid(), lvol.sizeBytes());
        }
    }

    /** Makes one cluster the volume's own, if there is one that is not, with what it reads as. */
    private boolean isChanged(Lvol lvol, ByteRange listed) {
        NativeHandle handle = pool.openWrite(lvol.uuid());
        try {
            long hole = Reactor.awaited(handle.seekHole(listed.offset()));
            if (hole < 0 || hole >= listed.end()) {
                return false;
            }
            Clusters clusters = new Clusters(handle, pool.clusterSize());
            Errno.require(
                    clusters.fillEdges(new ByteRange(hole, AlignedBuffer.ALIGNMENT_BYTES)), "write a cluster whole");
            if (lvol.parent().isEmpty()) {
                Errno.require(
                        clusters.giveBack(new ByteRange(hole, pool.clusterSize().bytes()), pool.clearing()),
                        "free a cluster");
            }
            return true;
        } finally {
            handle.close();
        }
    }
}
