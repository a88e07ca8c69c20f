// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.scrub;

import io.scrubjay.block.AlignedBuffer;
import io.scrubjay.block.ByteRange;
import io.scrubjay.block.ChunkGrid;
import io.scrubjay.block.ClusterMap;
import io.scrubjay.block.ClusterSize;
import io.scrubjay.engine.Access;
import io.scrubjay.engine.ClusterChain;
import io.scrubjay.engine.EngineException;
import io.scrubjay.engine.Stages;
import io.scrubjay.engine.Volume;
import io.scrubjay.engine.VolumeName;
import io.scrubjay.flow.ChunkWalk;
import io.scrubjay.flow.Padding;
import io.scrubjay.image.Image;
import io.scrubjay.image.Lease;
import io.scrubjay.manifest.LeafTable;
import io.scrubjay.manifest.Manifest;
import io.scrubjay.manifest.ManifestDamaged;
import io.scrubjay.manifest.PoolName;
import io.scrubjay.manifest.QuarantineMarker;
import org.jboss.logging.Logger;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Consumer;

/**
 * One scrub of one image or snapshot: manifest, then the leaves that have no cluster, then every stored chunk, then the
 * padding after the last one. Confined to the scrub thread, which it blocks.
 */
final class ImageScrub {
    /** How the scrub of an image ended. */
    enum Outcome {
        /** Everything was checked. */
        COMPLETE,
        /** The run ended, or somebody wants to delete the image. */
        LET_GO
    }

    private static final Logger LOG = Logger.getLogger(ImageScrub.class);

    private final ScrubTools tools;
    private final ChunkWalk walk;
    private final ScrubRun run;
    private final Lease<Image> lease;
    private final Image image;
    private final VolumeName snapshot;
    private final ClusterSize clusterSize;
    private final ImageFindings findings;

    ImageScrub(ScrubTools tools, ChunkWalk walk, ScrubRun run, Lease<Image> lease) {
        this.tools = tools;
        this.walk = walk;
        this.run = run;
        this.lease = lease;
        this.image = lease.leased();
        this.snapshot = image.volume();
        this.clusterSize = tools.engine().traits().clusterSize();
        this.findings = new ImageFindings(image, run, tools);
    }

    /**
     * Scrubs the image.
     *
     * @throws EngineException when the pool itself does not answer, or some chunks could not be checked; earlier
     *     findings stay
     */
    Outcome scrub() {
        Optional<Manifest> manifest = manifest();
        return manifest.isPresent() ? compare(manifest.get()) : Outcome.COMPLETE;
    }

    /** The findings. */
    ImageFindings findings() {
        return findings;
    }

    /**
     * The manifest, read up to three times; empty when it is damaged each time, or is not in the pool, either of which
     * is a finding.
     *
     * @throws EngineException when the pool does not answer or is away, or the agent cannot access it, which says
     *     nothing about the manifest
     */
    private Optional<Manifest> manifest() {
        Finding wrong = Finding.ofMissingManifest(image.key());
        RuntimeException why = null;
        for (int attempt = 0; attempt <= ChunkConfirmation.READ_AGAIN; attempt++) {
            try {
                Manifest manifest = tools.manifests().read(image.id());
                if (attempt > 0) {
                    run.transientMismatch();
                    tools.totals().transientMismatch();
                }
                return Optional.of(manifest);
            } catch (ManifestDamaged damaged) {
                wrong = Finding.ofDamagedManifest(image.key(), damaged.offsetBytes());
                why = damaged;
            } catch (EngineException.VolumeNotFound missing) {
                requireAllReadable(missing);
                wrong = Finding.ofMissingManifest(image.key());
                why = missing;
            } catch (EngineException.DeviceFailed unreadable) {
                requireMedium(unreadable);
                requireAllReadable(unreadable);
                wrong = Finding.ofUnreadableManifest(image.key());
                why = unreadable;
            }
        }
        findings.addManifest(wrong, why);
        return Optional.empty();
    }

    private Outcome compare(Manifest manifest) {
        ChunkGrid grid = new ChunkGrid(manifest.lengthBytes());
        ChunkComparison comparison =
                new ChunkComparison(manifest.leaves(), run.order().level());
        try (Volume volume = tools.engine().open(snapshot, Access.VERIFY)) {
            // A snapshot of a volume has no own clusters where nothing had changed since its parent.
            ClusterMap allocated = ClusterChain.visible(tools.engine(), snapshot);
            VolumeEnd end = new VolumeEnd(volume);
            findLost(manifest.leaves(), allocated, grid, comparison, lost -> findings.addGone(lost, end));
            ChunkConfirmation confirmation = new ChunkConfirmation(tools, run, volume, grid, comparison);
            ChunkVisits visits = new ChunkVisits(tools, run, lease, grid, comparison, confirmation, findings, end);
            walk.walk(volume, allocated, clusterSize, grid, visits);
            visits.requireAllChecked();
            return visits.isCutShort() ? Outcome.LET_GO : behind(volume, allocated, grid);
        } catch (EngineException.VolumeNotFound gone) {
            requireAllReadable(gone);
            findLost(manifest.leaves(), ClusterMap.empty(), grid, comparison, findings::addMissing);
            return Outcome.COMPLETE;
        }
    }

    /**
     * Checks the padding. If it cannot be read, that is either part of a chunk, which has a finding, or makes the run
     * fail: it is not known to be wrong.
     */
    private Outcome behind(Volume volume, ClusterMap allocated, ChunkGrid grid) {
        Padding padding = new Padding(
                volume,
                allocated,
                clusterSize,
                grid.lengthBytes(),
                tools.engine().traits().ioAlignmentBytes());
        try {
            return new PaddingScrub(tools, run, lease, padding, findings).scrub();
        } catch (EngineException.DeviceFailed unreadable) {
            if (findings.isIntact()) {
                throw unreadable;
            }
            return Outcome.COMPLETE;
        }
    }

    /**
     * Makes sure that the medium can be read: a pool that is away, or that returns nothing at all, says nothing about
     * the manifest. SPDK has the same error for that and for a bad sector.
     */
    private void requireMedium(EngineException.DeviceFailed unreadable) {
        if (!unreadable.mayBeTheMedium()) {
            throw unreadable;
        }
        tools.engine().find(PoolName.manifest(image.id()));
        requireReads();
        try {
            tools.engine().proveWritable();
        } catch (EngineException.NoSpace full) {
            // A full pool does answer; only the first proof needs free space.
            return;
        }
    }

    /**
     * Reads something else of the same pool from the medium: the first stored bytes of the image.
     *
     * @throws EngineException when that fails too
     */
    private void requireReads() {
        try (Volume volume = tools.engine().open(snapshot, Access.VERIFY)) {
            long first =
                    Math.max(0, ClusterChain.visible(tools.engine(), snapshot).nextAllocated(0));
            ByteBuffer bytes = AlignedBuffer.allocate(AlignedBuffer.ALIGNMENT_BYTES);
            Stages.await(volume.read(first * clusterSize.bytes(), bytes));
        } catch (EngineException.VolumeNotFound | EngineException.VolumeUnreadable answered) {
            LOG.debugf(answered, "the pool can be read, but not the bytes of %s", image);
        }
    }

    /**
     * Makes sure that a missing volume is lost: it must not be something that the engine could not read when it opened
     * the pool.
     */
    private void requireAllReadable(EngineException missing) {
        if (!tools.engine().unreadable().isEmpty()) {
            throw missing;
        }
    }

    /** Finds leaves without any cluster: their chunks are lost, and a read could not tell more. */
    private void findLost(
            LeafTable leaves,
            ClusterMap allocated,
            ChunkGrid grid,
            ChunkComparison comparison,
            Consumer<List<Finding>> found) {
        List<Finding> lost = new ArrayList<>();
        for (LeafTable.Cursor cursor = leaves.cursor(); cursor.next(); ) {
            ByteRange range = grid.range(cursor.chunk());
            long first = clusterSize.clusterOf(range.offset());
            if (!allocated.intersects(first, clusterSize.clustersIn(range.end()))) {
                lost.add(new Finding(
                        image.key(),
                        FindingKind.LOST,
                        OptionalLong.of(cursor.chunk()),
                        range,
                        comparison.expected(cursor.chunk()),
                        Optional.empty()));
            }
            // In batches: an image may have lost more leaves than fit into memory as findings.
            if (lost.size() == QuarantineMarker.FINDINGS_MAX) {
                found.accept(List.copyOf(lost));
                lost.clear();
            }
        }
        found.accept(lost);
    }
}
