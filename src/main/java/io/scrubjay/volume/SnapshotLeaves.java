// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.volume;

import io.scrubjay.block.ByteRange;
import io.scrubjay.block.ChunkGrid;
import io.scrubjay.block.ClusterMap;
import io.scrubjay.block.ClusterSize;
import io.scrubjay.block.ZeroScan;
import io.scrubjay.engine.Access;
import io.scrubjay.engine.ClusterChain;
import io.scrubjay.engine.StorageEngine;
import io.scrubjay.engine.Volume;
import io.scrubjay.engine.VolumeName;
import io.scrubjay.engine.VolumeSummary;
import io.scrubjay.flow.ChunkWalk;
import io.scrubjay.flow.WindowPool;
import io.scrubjay.image.CommittedManifests;
import io.scrubjay.image.Image;
import io.scrubjay.image.ImageCatalog;
import io.scrubjay.image.ImageState;
import io.scrubjay.image.Lease;
import io.scrubjay.manifest.ImageId;
import io.scrubjay.manifest.Leaf;
import io.scrubjay.manifest.LeafCollector;
import io.scrubjay.manifest.LeafHasher;
import io.scrubjay.manifest.LeafTable;
import io.scrubjay.manifest.Manifest;
import io.scrubjay.manifest.PoolName;
import io.scrubjay.refusal.Refusal;
import io.scrubjay.refusal.RefusedException;
import io.scrubjay.seal.Wanted;
import org.jboss.logging.Logger;

import java.nio.ByteBuffer;
import java.util.Optional;
import java.util.concurrent.ExecutorService;

/**
 * Computes the leaves of a snapshot. Chunks that may differ from its parent's are read from the medium, and must be the
 * same when they are read a second time. For all other chunks it copies the parent's leaves: damage in the parent is
 * then found in the snapshot as well, and never becomes the snapshot's expected content. The parent here is the nearest
 * one that has leaves.
 *
 * <p>Thread-safe. Blocks for the device; for workers.
 */
final class SnapshotLeaves implements AutoCloseable {
    private static final Logger LOG = Logger.getLogger(SnapshotLeaves.class);
    private static final int READ_DEPTH = 4;

    private final StorageEngine engine;
    private final ImageCatalog images;
    private final CommittedManifests manifests;
    private final ExecutorService workers = VolumeThreads.workers("scrubjay-volume-hash-");

    SnapshotLeaves(StorageEngine engine, ImageCatalog images, CommittedManifests manifests) {
        this.engine = engine;
        this.images = images;
        this.manifests = manifests;
    }

    /**
     * All leaves of a snapshot.
     *
     * @param parent the image or snapshot from which some of them were copied
     */
    record Computed(LeafTable leaves, Optional<ImageId> parent) {}

    /** What is known about a snapshot before any of its bytes is read. */
    private record Known(LeafTable leaves, ChunkGrid grid, ClusterMap changed, Optional<ImageId> parent) {}

    /**
     * Computes the leaves.
     *
     * @throws RefusedException {@code not-proven} when two readings of a chunk differ
     */
    Computed compute(VolumeSummary snapshot) {
        Known known = known(snapshot);
        ChunkGrid grid = new ChunkGrid(snapshot.sizeBytes());
        LeafTable leaves = firstReading(snapshot, known, grid, Optional::empty);
        // A leaf is permanent: bytes that were damaged on their way from the medium in one reading must not become a
        // leaf.
        walk(snapshot.name(), known.changed(), grid, (chunk, bytes) -> requireSame(leaves, chunk, leaf(bytes)));
        return new Computed(leaves, known.parent());
    }

    /**
     * Computes the leaves from one reading, for a caller that reads everything again and compares it.
     *
     * @throws RefusedException the reason why the leaves are no longer wanted
     */
    Computed computeOnce(VolumeSummary snapshot, Wanted wanted) {
        Known known = known(snapshot);
        return new Computed(firstReading(snapshot, known, new ChunkGrid(snapshot.sizeBytes()), wanted), known.parent());
    }

    /**
     * From the nearest parent that has checksums. One that is still being made, or could not be made and is not removed
     * yet, has none, but its own parent may have.
     */
    private Known known(VolumeSummary snapshot) {
        return ClusterChain.parents(engine, snapshot.name()).stream()
                .flatMap(parent -> committed(parent).stream())
                .flatMap(parent -> known(snapshot.name(), parent).stream())
                .findFirst()
                .orElseGet(() -> new Known(
                        LeafTable.empty(),
                        new ChunkGrid(snapshot.sizeBytes()),
                        ClusterChain.visible(engine, snapshot.name()),
                        Optional.empty()));
    }

    private LeafTable firstReading(VolumeSummary snapshot, Known known, ChunkGrid grid, Wanted wanted) {
        LeafCollector collected = new LeafCollector();
        takeOver(known, grid, collected);
        walk(snapshot.name(), known.changed(), grid, new ChunkWalk.Visitor() {
            @Override
            public boolean admits(long chunk) {
                return wanted.withdrawn().isEmpty();
            }

            @Override
            public void bytes(long chunk, ByteBuffer bytes) {
                leaf(bytes).ifPresent(leaf -> collected.add(chunk, leaf));
            }
        });
        wanted.withdrawn().ifPresent(why -> {
            throw why;
        });
        return collected.finish();
    }

    private Optional<Image> committed(VolumeName parent) {
        return PoolName.imageOf(parent)
                .flatMap(images::find)
                .filter(image -> image.state() instanceof ImageState.Committed);
    }

    private Optional<Known> known(VolumeName snapshot, Image parent) {
        try (Lease<Image> lease = parent.leaseForScrub()) {
            Manifest manifest = manifests.of(lease.leased());
            ChunkGrid grid = new ChunkGrid(manifest.lengthBytes());
            ClusterMap changed = engine.differing(snapshot, parent.volume()).union(tail(grid));
            return Optional.of(new Known(manifest.leaves(), grid, changed, Optional.of(parent.id())));
        } catch (RefusedException unusable) {
            LOG.warnf(
                    "no checksums of %s can be reused, so more of the snapshot is read: %s",
                    parent, unusable.getMessage());
            return Optional.empty();
        }
    }

    /** The clusters of the last chunk, if it is shorter than a chunk: in a longer snapshot it has other bytes. */
    private ClusterMap tail(ChunkGrid grid) {
        ByteRange last = grid.range(grid.count() - 1);
        ClusterMap.Builder clusters = ClusterMap.builder();
        if (last.length() < ChunkGrid.CHUNK_BYTES) {
            long first = clusterSize().clusterOf(last.offset());
            clusters.add(first, clusterSize().clustersIn(last.end()) - first);
        }
        return clusters.build();
    }

    private void takeOver(Known known, ChunkGrid grid, LeafCollector leaves) {
        for (LeafTable.Cursor cursor = known.leaves().cursor(); cursor.next(); ) {
            ByteRange chunk = grid.range(cursor.chunk());
            long first = clusterSize().clusterOf(chunk.offset());
            if (!known.changed().intersects(first, clusterSize().clustersIn(chunk.end()))) {
                leaves.add(cursor.chunk(), cursor.leaf());
            }
        }
    }

    private void walk(VolumeName snapshot, ClusterMap changed, ChunkGrid grid, ChunkWalk.Visitor visitor) {
        // A device that stalls keeps the windows that it was lent; the next snapshot has its own windows.
        WindowPool windows = new WindowPool(ChunkGrid.CHUNK_BYTES, READ_DEPTH + 1);
        try (Volume volume = engine.open(snapshot, Access.VERIFY)) {
            new ChunkWalk(windows, workers, READ_DEPTH).walk(volume, changed, clusterSize(), grid, visitor);
        }
    }

    /** The leaf of a chunk; empty for zeroes, which have none. */
    private static Optional<Leaf> leaf(ByteBuffer bytes) {
        return ZeroScan.isZero(bytes)
                ? Optional.empty()
                : Optional.of(LeafHasher.ofThread().leaf(bytes));
    }

    private static void requireSame(LeafTable first, long chunk, Optional<Leaf> second) {
        if (!first.find(chunk).equals(second)) {
            throw new RefusedException(
                    Refusal.NOT_PROVEN,
                    "chunk " + chunk
                            + " of the snapshot was read twice with different results. Take the snapshot again; if"
                            + " that fails too, check the device and the node's memory");
        }
    }

    private ClusterSize clusterSize() {
        return engine.traits().clusterSize();
    }

    /** Lets running work finish, and accepts no new work. */
    @Override
    public void close() {
        workers.shutdown();
    }
}
