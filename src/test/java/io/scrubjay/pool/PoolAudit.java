// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.pool;

import io.scrubjay.block.AlignedBuffer;
import io.scrubjay.block.ByteRange;
import io.scrubjay.block.ChunkGrid;
import io.scrubjay.block.ClusterMap;
import io.scrubjay.block.ClusterRun;
import io.scrubjay.block.ClusterSize;
import io.scrubjay.block.ZeroScan;
import io.scrubjay.engine.Access;
import io.scrubjay.engine.PoolUsage;
import io.scrubjay.engine.Stages;
import io.scrubjay.engine.StorageEngine;
import io.scrubjay.engine.Volume;
import io.scrubjay.engine.VolumeName;
import io.scrubjay.engine.VolumeSummary;
import io.scrubjay.flow.ChunkWalk;
import io.scrubjay.flow.Padding;
import io.scrubjay.image.Image;
import io.scrubjay.image.ImageState;
import io.scrubjay.manifest.ImageId;
import io.scrubjay.manifest.LabelStore;
import io.scrubjay.manifest.LeafHasher;
import io.scrubjay.manifest.LeafTable;
import io.scrubjay.manifest.Manifest;
import io.scrubjay.manifest.ManifestHeader;
import io.scrubjay.manifest.ManifestStore;
import io.scrubjay.manifest.PoolInventory;
import io.scrubjay.manifest.PoolName;
import io.scrubjay.manifest.Quarantine;
import io.scrubjay.manifest.Sweep;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * What a pool looks like once an agent has started on it. The start's sweep is made first; then this holds, and whatever
 * does not is a {@link Flaw}:
 *
 * <ul>
 *   <li>nothing is left half-made, and a second sweep would find nothing;
 *   <li>every volume belongs to something that exists, and everything that exists has all its volumes;
 *   <li>every manifest, label and marker can be read;
 *   <li>no name is given twice;
 *   <li>every image that is not quarantined holds on the medium what its leaves say, and zeroes behind its end;
 *   <li>the clusters of all volumes and the free ones are as many as the pool has.
 * </ul>
 *
 * <p>Confined to one thread.
 */
public final class PoolAudit {
    private record Finding(Optional<Flaw> flaw, String text) {}

    private final StorageEngine engine;
    private final ManifestStore manifests;
    private final List<Finding> findings = new ArrayList<>();

    private PoolAudit(StorageEngine engine) {
        this.engine = engine;
        this.manifests = new ManifestStore(engine);
    }

    /** Makes a start's sweep of the pool, then looks through it. */
    public static PoolAudit afterStart(StorageEngine engine) {
        PoolAudit audit = new PoolAudit(engine);
        audit.accounts("before the sweep");
        audit.sweep();
        audit.accounts("after the sweep");
        PoolInventory scan = audit.manifests.scan();
        audit.records(scan);
        audit.images(scan);
        audit.volumes();
        return audit;
    }

    /**
     * Passes when there is no flaw but these.
     *
     * @param hint what else to say, for whoever wants to see it again
     * @throws AssertionError that lists all others
     */
    public void requireNothingBut(Set<Flaw> announced, String hint) {
        List<Finding> unexpected = findings.stream()
                .filter(finding -> finding.flaw().filter(announced::contains).isEmpty())
                .toList();
        if (!unexpected.isEmpty()) {
            throw new AssertionError(unexpected.stream()
                    .map(finding -> finding.flaw().map(flaw -> flaw + ": ").orElse("") + finding.text())
                    .collect(Collectors.joining("\n  ", "after the crash and a start (" + hint + "):\n  ", "")));
        }
    }

    private void found(Flaw flaw, String text) {
        findings.add(new Finding(Optional.of(flaw), text));
    }

    /** Something no test can want. */
    private void wrong(String text) {
        findings.add(new Finding(Optional.empty(), text));
    }

    private void accounts(String when) {
        PoolUsage usage = engine.usage();
        long held = engine.list().stream()
                .mapToLong(volume -> engine.allocated(volume.name()).count())
                .sum();
        if (held + usage.freeClusters() != usage.totalClusters()) {
            wrong(when + " the volumes hold " + held + " clusters and " + usage.freeClusters() + " are free, of "
                    + usage.totalClusters());
        }
    }

    private void sweep() {
        Sweep sweep = manifests.removeLeftovers();
        sweep.refused().forEach((name, why) -> found(Flaw.LEFTOVER, name + " cannot be removed: " + why.getMessage()));
        manifests.removeLeftovers().removed().forEach(name -> found(Flaw.LEFTOVER, name + " took a second sweep"));
    }

    private void records(PoolInventory scan) {
        scan.leftovers().forEach(name -> found(Flaw.LEFTOVER, name + " is left half-made"));
        scan.others().forEach(name -> found(Flaw.FOREIGN_VOLUME, name + " is nobody's"));
        scan.damaged()
                .forEach(damaged -> found(
                        damaged.why() == PoolInventory.Why.MISSING ? Flaw.MISSING_PART : Flaw.DAMAGED_RECORD,
                        damaged.id() + ": " + damaged.what()));
        scan.withoutSnapshot().forEach(id -> found(Flaw.MISSING_PART, "the bytes of " + id + " are missing"));
        manifests.missing().forEach(missing -> found(Flaw.MISSING_PART, missing.toString()));
        scan.quarantines().stream()
                .filter(Quarantine.Illegible.class::isInstance)
                .forEach(marker -> found(Flaw.DAMAGED_RECORD, "the marker of " + marker.id()));
        scan.unreadable().forEach(unreadable -> wrong("cannot be read: " + unreadable));
    }

    private void images(PoolInventory scan) {
        Set<ImageId> excused = scan.quarantines().stream().map(Quarantine::id).collect(Collectors.toSet());
        excused.addAll(scan.withoutSnapshot());
        Set<Object> keys = new HashSet<>();
        for (ManifestHeader header : scan.images()) {
            Image image = Image.committed(header, new ImageState.Ready(header));
            if (!keys.add(image.key())) {
                found(Flaw.NAME_TWICE, image.key() + " is there twice");
            }
            if (!excused.contains(header.id())) {
                content(image, manifests.read(header.id()));
            }
        }
    }

    private void content(Image image, Manifest manifest) {
        ClusterSize clusterSize = engine.traits().clusterSize();
        ChunkGrid grid = new ChunkGrid(manifest.lengthBytes());
        Set<Long> chunks = storedChunks(image.volume(), clusterSize, grid);
        for (LeafTable.Cursor leaf = manifest.leaves().cursor(); leaf.next(); ) {
            chunks.add(leaf.chunk());
        }
        try (Volume volume = engine.open(image.volume(), Access.VERIFY)) {
            if (volume.sizeBytes() < manifest.lengthBytes()) {
                found(
                        Flaw.ROTTEN_IMAGE,
                        image + " has " + volume.sizeBytes() + " of " + manifest.lengthBytes() + " bytes");
                return;
            }
            for (long chunk : chunks) {
                chunk(image, manifest, volume, grid.range(chunk));
            }
            ClusterMap own = engine.allocated(image.volume());
            new Padding(
                            volume,
                            own,
                            clusterSize,
                            grid.lengthBytes(),
                            engine.traits().ioAlignmentBytes())
                    .firstStray()
                    .ifPresent(at -> found(Flaw.ROTTEN_IMAGE, image + " has no zeroes behind its end, at " + at));
        }
    }

    /** The chunks that share a byte with a cluster of the volume or of its parents. */
    private Set<Long> storedChunks(VolumeName name, ClusterSize clusterSize, ChunkGrid grid) {
        Set<Long> chunks = new TreeSet<>();
        Optional<VolumeName> at = Optional.of(name);
        while (at.isPresent()) {
            for (ClusterRun run : engine.allocated(at.get()).runs()) {
                long last = ChunkGrid.chunkOf(run.end() * clusterSize.bytes() - 1);
                for (long chunk = ChunkGrid.chunkOf(run.first() * clusterSize.bytes());
                        chunk <= last && chunk < grid.count();
                        chunk++) {
                    chunks.add(chunk);
                }
            }
            at = engine.find(at.get()).flatMap(VolumeSummary::parent);
        }
        return chunks;
    }

    private void chunk(Image image, Manifest manifest, Volume volume, ByteRange range) {
        long chunk = ChunkGrid.chunkOf(range.offset());
        ByteBuffer bytes =
                AlignedBuffer.allocate(ChunkWalk.readBytes(engine.traits().clusterSize(), range));
        Stages.await(volume.read(range.offset(), bytes.duplicate()));
        ByteBuffer exact = bytes.slice(0, Math.toIntExact(range.length()));
        boolean intact = manifest.leaves()
                .find(chunk)
                .map(leaf -> LeafHasher.ofThread().leaf(exact).equals(leaf))
                .orElseGet(() -> ZeroScan.isZero(exact));
        if (!intact) {
            found(Flaw.ROTTEN_IMAGE, image + " differs from its leaf in chunk " + chunk);
        }
    }

    private void volumes() {
        Set<Object> names = new HashSet<>();
        for (LabelStore.Found volume : new LabelStore(engine).scan()) {
            if (volume instanceof LabelStore.Found.Whole whole
                    && !names.add(whole.label().name())) {
                found(Flaw.NAME_TWICE, "volume/" + whole.label().name() + " is there twice");
            }
            if (volume instanceof LabelStore.Found.Damaged damaged
                    && engine.find(PoolName.label(damaged.id())).isPresent()) {
                found(Flaw.DAMAGED_RECORD, "the label of " + damaged.id() + ": " + damaged.what());
            }
        }
    }
}
