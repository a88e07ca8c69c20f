// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.scrub;

import io.scrubjay.block.AlignedBuffer;
import io.scrubjay.block.ChunkGrid;
import io.scrubjay.block.ClusterSize;
import io.scrubjay.block.Digest;
import io.scrubjay.block.DigestAlgorithm;
import io.scrubjay.engine.Access;
import io.scrubjay.engine.Provisioning;
import io.scrubjay.engine.Stages;
import io.scrubjay.engine.StorageEngine;
import io.scrubjay.engine.Volume;
import io.scrubjay.image.Image;
import io.scrubjay.image.ImageState;
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
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * Makes committed images whose stored bytes and leaves agree or do not, as a test wants: what a pool looks like after
 * its medium has changed behind the agent's back.
 */
final class ImageForge {
    private static final int BLOCK_BYTES = 4096;

    private final String name;
    private final ChunkGrid grid;
    /** What goes into the snapshot. */
    private final TreeMap<Long, byte[]> stored = new TreeMap<>();
    /** What the leaves are of. */
    private final TreeMap<Long, byte[]> leaves = new TreeMap<>();
    /** Of whose clusters the rest is left as it was. */
    private final Set<Long> partial = new TreeSet<>();

    ImageForge(String name, long lengthBytes) {
        this.name = name;
        this.grid = new ChunkGrid(lengthBytes);
    }

    /** A chunk that is stored as its leaf says. */
    ImageForge intact(long chunk) {
        leaves.put(chunk, bytes(chunk));
        stored.put(chunk, bytes(chunk));
        return this;
    }

    /** All chunks from this one up to another, exclusive, are stored as their leaves say. */
    ImageForge intact(long from, long to) {
        for (long chunk = from; chunk < to; chunk++) {
            intact(chunk);
        }
        return this;
    }

    /** A chunk with one byte stored wrong. */
    ImageForge rotten(long chunk, int at) {
        intact(chunk);
        stored.get(chunk)[at] ^= (byte) 0x10;
        return this;
    }

    /** A chunk with a leaf and without a cluster. */
    ImageForge lost(long chunk) {
        leaves.put(chunk, bytes(chunk));
        return this;
    }

    /** A chunk without a leaf, of which something is stored. */
    ImageForge stray(long chunk) {
        stored.put(chunk, bytes(chunk));
        return this;
    }

    /** A chunk without a leaf, of which zeroes are stored. */
    ImageForge storedZeroes(long chunk) {
        stored.put(chunk, new byte[bytes(chunk).length]);
        return this;
    }

    /** A chunk without a leaf, of which one block of zeroes is stored, and no more: what I-2 forbids an ingest to do. */
    ImageForge partOfCluster(long chunk) {
        stored.put(chunk, new byte[BLOCK_BYTES]);
        partial.add(chunk);
        return this;
    }

    private byte[] bytes(long chunk) {
        byte[] bytes = new byte[Math.toIntExact(grid.range(chunk).length())];
        new Random(name.hashCode() * 31L + chunk).nextBytes(bytes);
        return bytes;
    }

    /** Puts the image into the pool, committed. */
    Image commit(StorageEngine engine, ManifestStore manifests) {
        ImageId id = ImageId.random();
        write(engine, id);
        ClusterSize clusterSize = engine.traits().clusterSize();
        LeafTable table = table();
        long allocated = engine.allocated(PoolName.snapshot(id)).count();
        Digest source = Digest.of(DigestAlgorithm.SHA_256, new byte[32]);
        ManifestHeader header = new ManifestHeader(
                Manifest.FORMAT_VERSION,
                id,
                ResourceName.parse(name),
                grid.lengthBytes(),
                new Upload("raw", "none", grid.lengthBytes(), source, Optional.empty()),
                new Footprint(clusterSize, allocated, 0),
                table.contentDigest(grid.lengthBytes()),
                ManualClock.START,
                ManualClock.START);
        manifests.stage(new Manifest(header, table));
        manifests.commit(id);
        return Image.committed(header, new ImageState.Ready(header));
    }

    /** Everything else in the clusters of what is stored is zeroes, as an ingest leaves it. */
    private void wholeClusters(Volume head, ClusterSize clusterSize) {
        Set<Long> clusters = new TreeSet<>();
        stored.forEach((chunk, bytes) -> {
            long first = chunk * ChunkGrid.CHUNK_BYTES;
            for (long at = first; at < first + bytes.length && !partial.contains(chunk); at += clusterSize.bytes()) {
                clusters.add(clusterSize.clusterOf(at));
            }
        });
        ByteBuffer zeroes = AlignedBuffer.allocate(clusterSize.bytes());
        clusters.forEach(cluster -> Stages.await(head.write(cluster * clusterSize.bytes(), zeroes.duplicate())));
    }

    private LeafTable table() {
        LeafCollector collector = new LeafCollector();
        LeafHasher hasher = new LeafHasher();
        leaves.forEach((chunk, bytes) -> collector.add(chunk, hasher.leaf(ByteBuffer.wrap(bytes))));
        return collector.finish();
    }

    private void write(StorageEngine engine, ImageId id) {
        engine.create(PoolName.head(id), grid.lengthBytes(), Provisioning.THIN);
        try (Volume head = engine.open(PoolName.head(id), Access.WRITE)) {
            wholeClusters(head, engine.traits().clusterSize());
            stored.forEach((chunk, bytes) -> {
                ByteBuffer padded = AlignedBuffer.allocate(-Math.floorDiv(-bytes.length, BLOCK_BYTES) * BLOCK_BYTES);
                padded.put(0, bytes);
                Stages.await(head.write(chunk * ChunkGrid.CHUNK_BYTES, padded));
            });
            Stages.await(head.flush());
        }
        engine.seal(PoolName.head(id), PoolName.snapshot(id));
    }
}
