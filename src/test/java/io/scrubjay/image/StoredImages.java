// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.image;

import io.scrubjay.block.AlignedBuffer;
import io.scrubjay.block.ByteRange;
import io.scrubjay.block.ChunkGrid;
import io.scrubjay.block.ClusterSize;
import io.scrubjay.block.Digest;
import io.scrubjay.block.DigestAlgorithm;
import io.scrubjay.block.ZeroScan;
import io.scrubjay.engine.Access;
import io.scrubjay.engine.Provisioning;
import io.scrubjay.engine.Stages;
import io.scrubjay.engine.StorageEngine;
import io.scrubjay.engine.Volume;
import io.scrubjay.manifest.Footprint;
import io.scrubjay.manifest.ImageId;
import io.scrubjay.manifest.LeafCollector;
import io.scrubjay.manifest.LeafHasher;
import io.scrubjay.manifest.LeafTable;
import io.scrubjay.manifest.Manifest;
import io.scrubjay.manifest.ManifestHeader;
import io.scrubjay.manifest.ManifestStore;
import io.scrubjay.manifest.PoolName;
import io.scrubjay.manifest.ResourceName;
import io.scrubjay.manifest.Upload;

import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.Optional;

/** Puts committed images into a pool the short way: no ingest, no proof. */
public final class StoredImages {
    private StoredImages() {}

    /** An image of these bytes; clusters that are all zeroes are not allocated. */
    public static Image commit(StorageEngine engine, String name, byte[] bytes) {
        ImageId id = ImageId.random();
        ClusterSize clusterSize = engine.traits().clusterSize();
        engine.create(PoolName.head(id), bytes.length, Provisioning.THIN);
        try (Volume head = engine.open(PoolName.head(id), Access.WRITE)) {
            for (int at = 0; at < bytes.length; at += clusterSize.bytes()) {
                ByteBuffer cluster = AlignedBuffer.allocate(clusterSize.bytes());
                cluster.put(bytes, at, Math.min(clusterSize.bytes(), bytes.length - at))
                        .clear();
                if (!ZeroScan.isZero(cluster)) {
                    Stages.await(head.write(at, cluster));
                }
            }
            Stages.await(head.flush());
        }
        engine.seal(PoolName.head(id), PoolName.snapshot(id));
        Manifest manifest = manifest(id, name, bytes, engine);
        ManifestStore manifests = new ManifestStore(engine);
        manifests.stage(manifest);
        manifests.commit(id);
        return Image.committed(manifest.header(), new ImageState.Ready(manifest.header()));
    }

    /** Whatever the engine has as a child, by its name in the pool. */
    static Dependents children(StorageEngine engine) {
        return image -> engine.list().stream()
                .filter(child -> child.parent().filter(image.volume()::equals).isPresent())
                .map(child -> new Dependents.Dependent("volume", child.name().value()))
                .toList();
    }

    private static Manifest manifest(ImageId id, String name, byte[] bytes, StorageEngine engine) {
        LeafTable leaves = leaves(bytes);
        Instant now = Instant.EPOCH;
        ManifestHeader header = new ManifestHeader(
                Manifest.FORMAT_VERSION,
                id,
                ResourceName.parse(name),
                bytes.length,
                new Upload("raw", "none", bytes.length, sha256(bytes), Optional.empty()),
                new Footprint(
                        engine.traits().clusterSize(),
                        engine.allocated(PoolName.snapshot(id)).count(),
                        0),
                leaves.contentDigest(bytes.length),
                now,
                now);
        return new Manifest(header, leaves);
    }

    private static LeafTable leaves(byte[] bytes) {
        LeafCollector leaves = new LeafCollector();
        LeafHasher hasher = new LeafHasher();
        ChunkGrid grid = new ChunkGrid(bytes.length);
        for (long chunk = 0; chunk < grid.count(); chunk++) {
            ByteRange range = grid.range(chunk);
            ByteBuffer view = ByteBuffer.wrap(bytes, (int) range.offset(), (int) range.length());
            if (!ZeroScan.isZero(view)) {
                leaves.add(chunk, hasher.leaf(view));
            }
        }
        return leaves.finish();
    }

    private static Digest sha256(byte[] bytes) {
        return Digest.of(
                DigestAlgorithm.SHA_256, DigestAlgorithm.SHA_256.newHash().digest(bytes));
    }
}
