// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.engine.spdk;

import io.scrubjay.block.AlignedBuffer;
import io.scrubjay.block.ClusterMap;
import io.scrubjay.engine.EngineException;
import io.scrubjay.engine.Stages;

import java.nio.ByteBuffer;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * Gives a volume its own copies of clusters, one after the other, while others keep reading and writing it: SPDK's own
 * inflate and decouple stop all I/O while they copy. Confined to one call; blocks for the device.
 */
final class Detaching {
    private final OpenPool pool;
    private final StoredLvol stored;
    private final ClusterMap inheritedClusters;
    private final long clusterCount;
    private final ByteBuffer block = AlignedBuffer.allocate(SpdkVolume.IO_ALIGNMENT_BYTES);

    private Detaching(OpenPool pool, StoredLvol stored, ClusterMap inheritedClusters) {
        this.pool = pool;
        this.stored = stored;
        this.inheritedClusters = inheritedClusters;
        this.clusterCount = stored.sizeBytes() / pool.clusterSize().bytes();
    }

    static Detaching of(OpenPool pool, StoredLvol stored, ClusterMap inheritedClusters) {
        return new Detaching(pool, stored, inheritedClusters);
    }

    /**
     * @throws EngineException.NoSpace when there is no room for all clusters, and then none is taken; or when others
     *     have used up the room meanwhile, and then the clusters taken so far stay
     */
    void everything() {
        withClusters(clusters -> {
            ClusterMap own = clusters.allocated(stored.sizeBytes());
            requireRoom(clusterCount - own.count());
            for (long cluster = 0; cluster < clusterCount; cluster++) {
                if (!own.contains(cluster)) {
                    detach(clusters, cluster);
                }
            }
        });
    }

    /** @throws EngineException.NoSpace as {@link #everything} */
    void inherited() {
        withClusters(clusters -> {
            ClusterMap own = clusters.allocated(stored.sizeBytes());
            requireRoom(own.union(inheritedClusters).bytesWithin(stored.sizeBytes(), pool.clusterSize())
                            / pool.clusterSize().bytes()
                    - own.count());
            long cluster = inheritedClusters.nextAllocated(0);
            while (cluster >= 0 && cluster < clusterCount) {
                if (!own.contains(cluster)) {
                    detach(clusters, cluster);
                }
                cluster = inheritedClusters.nextAllocated(cluster + 1);
            }
        });
    }

    /**
     * Refuses before anything is taken, so that a call that must fail does not take the last free clusters from others.
     */
    private void requireRoom(long neededClusters) {
        long freeClusters = pool.held().fill().freeClusters();
        if (neededClusters > freeClusters) {
            long clusterBytes = pool.clusterSize().bytes();
            throw new EngineException.NoSpace(neededClusters * clusterBytes, freeClusters * clusterBytes);
        }
    }

    private void detach(Clusters clusters, long cluster) {
        long offset = cluster * pool.clusterSize().bytes();
        // Where no parent holds the cluster, SPDK copies nothing, so the whole cluster is written. That is not possible
        // while a client may write, but then all free clusters are clear.
        Supplier<Long> allocation = () -> stored.gate().holding(() -> clusters.allocateZeroes(offset));
        if (inheritedClusters.contains(cluster)) {
            allocation = () -> clusters.detach(offset, block);
        } else if (stored.isExported()) {
            allocation = () -> pool.freeSpace().whileClean(() -> clusters.detach(offset, block));
        }
        Supplier<Long> chosen = allocation;
        Stages.await(pool.request(
                "allocate a cluster of",
                stored,
                pool.clusterSize().bytes(),
                () -> CompletableFuture.completedFuture(chosen.get())));
    }

    private void withClusters(Consumer<Clusters> work) {
        try {
            stored.writing(pool, handle -> {
                work.accept(new Clusters(handle, pool.clusterSize()));
                return stored;
            });
        } finally {
            boolean unused = pool.extents().areWritten(stored);
        }
    }
}
