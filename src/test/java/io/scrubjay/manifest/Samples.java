// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.manifest;

import io.scrubjay.block.ChunkGrid;
import io.scrubjay.block.ClusterSize;
import io.scrubjay.block.Digest;
import io.scrubjay.block.DigestAlgorithm;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.Random;
import java.util.TreeMap;
import java.util.UUID;

/** Manifests and their parts to test with; everything that is random comes from a seed. */
final class Samples {
    static final ImageId ID = ImageId.parse("01234567-89ab-4cde-8f01-23456789abcd");
    static final Instant CREATED = Instant.ofEpochMilli(1_767_225_600_123L);
    static final Instant SEALED = Instant.ofEpochMilli(1_767_225_601_456L);

    private Samples() {}

    /** A parent's in the golden files. */
    static final ImageId PARENT = ImageId.parse("00112233-4455-4667-8899-aabbccddeeff");

    /** The id that ends in this number. */
    /** The volume that is stored under the same number. */
    static VolumeId volume(ImageId id) {
        return new VolumeId(id.stored());
    }

    static ImageId id(int number) {
        return new ImageId(new StoredId(new UUID(0x4000, 0x8000000000000000L | number)));
    }

    static Leaf leaf(Random random) {
        byte[] sha256 = new byte[32];
        random.nextBytes(sha256);
        return Leaf.of(sha256, random.nextInt());
    }

    /** Leaves at random chunks below this one, in runs and gaps of random length. */
    static NavigableMap<Long, Leaf> leaves(Random random, long chunks, int countMax) {
        TreeMap<Long, Leaf> leaves = new TreeMap<>();
        long chunk = random.nextInt(3);
        int gapOneIn = 2 + random.nextInt(30);
        while (chunk < chunks && leaves.size() < countMax) {
            leaves.put(chunk, leaf(random));
            chunk += random.nextInt(gapOneIn) == 0 ? 2 + random.nextInt(200) : 1;
        }
        return leaves;
    }

    static LeafTable table(Map<Long, Leaf> leaves) {
        LeafCollector collector = new LeafCollector();
        leaves.forEach(collector::add);
        return collector.finish();
    }

    /** A manifest of any shape with up to this many leaves. */
    static Manifest manifest(long seed, int leavesMax) {
        Random random = new Random(seed);
        // A short tail: hashing its zeroes is what would take the time.
        long lengthBytes = random.nextInt(1 + 3 * leavesMax) * (long) ChunkGrid.CHUNK_BYTES + 1 + random.nextInt(5000);
        return manifest(id(random.nextInt(1000)), lengthBytes, random, leavesMax);
    }

    static Manifest manifest(ImageId id, long lengthBytes, Random random, int leavesMax) {
        return manifest(id, lengthBytes, random, table(leaves(random, new ChunkGrid(lengthBytes).count(), leavesMax)));
    }

    /** A manifest of about 2 MB, which is more than one piece. */
    static Manifest large(ImageId id) {
        Random random = new Random(17);
        TreeMap<Long, Leaf> leaves = new TreeMap<>();
        for (long chunk = 0; chunk < 60_000; chunk++) {
            if (chunk % 1000 != 999) {
                leaves.put(chunk, leaf(random));
            }
        }
        return manifest(id, 60_000L * ChunkGrid.CHUNK_BYTES, random, table(leaves));
    }

    static Manifest manifest(ImageId id, long lengthBytes, Random random, LeafTable table) {
        ClusterSize clusterSize = new ClusterSize(4096 << random.nextInt(13));
        Origin origin = switch (random.nextInt(6)) {
            case 0 -> pointInTime(random);
            case 1 -> poolSource(random);
            default -> origin(random);
        };
        return new Manifest(
                new ManifestHeader(
                        origin.formatVersion(),
                        id,
                        ResourceName.parse("image-" + random.nextInt(1000)),
                        lengthBytes,
                        origin,
                        new Footprint(
                                clusterSize,
                                random.nextInt(1 + (int) Math.min(1 << 20, clusterSize.clustersIn(lengthBytes))),
                                lengthBytes / 3),
                        table.contentDigest(lengthBytes),
                        CREATED,
                        SEALED),
                table);
    }

    /** The same header for content of another length. */
    static ManifestHeader header(ManifestHeader header, long lengthBytes) {
        return new ManifestHeader(
                header.formatVersion(),
                header.id(),
                header.name(),
                lengthBytes,
                header.origin(),
                header.footprint(),
                header.contentDigest(),
                header.createdAt(),
                header.sealedAt());
    }

    private static PointInTime pointInTime(Random random) {
        return new PointInTime(
                volume(id(random.nextInt(1000))),
                ResourceName.parse("volume-" + random.nextInt(1000)),
                random.nextBoolean() ? Optional.of(id(random.nextInt(1000))) : Optional.empty());
    }

    private static PoolSource poolSource(Random random) {
        ImageId id = id(random.nextInt(1000));
        ResourceName name = ResourceName.parse("source-" + random.nextInt(1000));
        return switch (random.nextInt(3)) {
            case 0 -> PoolSource.ofSnapshot(id, name);
            case 1 -> PoolSource.ofVolume(volume(id), name, Optional.of(id(random.nextInt(1000))));
            default -> PoolSource.ofVolume(volume(id), name, Optional.empty());
        };
    }

    private static Upload origin(Random random) {
        Digest source = digest(DigestAlgorithm.SHA_256, random);
        Optional<Digest> expected = switch (random.nextInt(3)) {
            case 0 -> Optional.empty();
            case 1 -> Optional.of(source);
            default -> Optional.of(digest(DigestAlgorithm.SHA_512, random));
        };
        return new Upload("raw", "none", random.nextInt(1 << 30), source, expected);
    }

    static Digest digest(DigestAlgorithm algorithm, Random random) {
        byte[] bytes = new byte[algorithm.lengthBytes()];
        random.nextBytes(bytes);
        return Digest.of(algorithm, bytes);
    }

    static QuarantineMarker marker(ImageId id) {
        return new QuarantineMarker(
                id,
                ResourceName.parse("debian-12"),
                "scrub-mismatch",
                "2 of 4 chunks differ — see findings",
                Instant.ofEpochMilli(1_767_225_602_789L),
                3,
                List.of(new FindingLine(1, "mismatch"), new FindingLine(4, "lost")));
    }

    /** The image the golden files are of: 5 MiB and 123 bytes, of which chunks 2 and 3 are zeroes. */
    static Manifest golden() {
        LeafCollector collector = new LeafCollector();
        LeafHasher hasher = new LeafHasher();
        collector.add(0, hasher.leaf(chunk(1, ChunkGrid.CHUNK_BYTES)));
        collector.add(1, hasher.leaf(chunk(2, ChunkGrid.CHUNK_BYTES)));
        collector.add(4, hasher.leaf(chunk(5, ChunkGrid.CHUNK_BYTES)));
        collector.add(5, hasher.leaf(chunk(6, 123)));
        return new Manifest(
                new ManifestHeader(
                        1,
                        ID,
                        ResourceName.parse("debian-12"),
                        5 * ChunkGrid.CHUNK_BYTES + 123,
                        new Upload(
                                "raw",
                                "none",
                                5 * ChunkGrid.CHUNK_BYTES + 123,
                                Digest.parse("sha-256:9bf437846daa70acbbf2efbc27e8d4a2"
                                        + "00a17ae3b99f48f1218b1ed3ae7b50d5"),
                                Optional.of(Digest.parse("sha-512:94349878cca1042c823a6b32d2ae6175"
                                        + "06a160ba934063439b9aa6e3fed864b8"
                                        + "b942da0f07e1c57e82fea081e789fd83"
                                        + "1d72b1815e681a48fbe08c9646a75b60"))),
                        new Footprint(ClusterSize.parse("64K"), 50, 2 * ChunkGrid.CHUNK_BYTES),
                        Digest.parse("scrubjay1:647249728f8c7cb924b656279cecb0f0" + "d1359ffc59e88998aa93cced0df8d945"),
                        CREATED,
                        SEALED),
                collector.finish());
    }

    /** The snapshot the golden file of version 2 is of: 5 MiB and 64 KiB, of which chunks 2 and 3 are zeroes. */
    static Manifest goldenSnapshot() {
        LeafCollector collector = new LeafCollector();
        LeafHasher hasher = new LeafHasher();
        collector.add(0, hasher.leaf(chunk(1, ChunkGrid.CHUNK_BYTES)));
        collector.add(1, hasher.leaf(chunk(2, ChunkGrid.CHUNK_BYTES)));
        collector.add(4, hasher.leaf(chunk(5, ChunkGrid.CHUNK_BYTES)));
        collector.add(5, hasher.leaf(chunk(6, 1 << 16)));
        return new Manifest(
                new ManifestHeader(
                        2,
                        ID,
                        ResourceName.parse("before-upgrade"),
                        5 * ChunkGrid.CHUNK_BYTES + (1 << 16),
                        new PointInTime(
                                volume(ImageId.parse("fedcba98-7654-4321-8012-fedcba987654")),
                                ResourceName.parse("database"),
                                Optional.of(PARENT)),
                        new Footprint(ClusterSize.parse("64K"), 17, 2 * ChunkGrid.CHUNK_BYTES),
                        Digest.parse("scrubjay1:a9a12c2a7db149601d91fe0e777c50b0" + "d0ad34d8531726f38a1398a89a87f31d"),
                        CREATED,
                        SEALED),
                collector.finish());
    }

    /** The image the golden file of version 3 is of: the same bytes, made from a volume. */
    static Manifest goldenOfVolume() {
        ManifestHeader snapshot = goldenSnapshot().header();
        return new Manifest(
                new ManifestHeader(
                        3,
                        ID,
                        ResourceName.parse("golden-image"),
                        snapshot.lengthBytes(),
                        PoolSource.ofVolume(
                                volume(ImageId.parse("fedcba98-7654-4321-8012-fedcba987654")),
                                ResourceName.parse("database"),
                                Optional.of(PARENT)),
                        snapshot.footprint(),
                        snapshot.contentDigest(),
                        CREATED,
                        SEALED),
                goldenSnapshot().leaves());
    }

    /** The label the golden file is of. */
    static VolumeLabel goldenLabel() {
        return new VolumeLabel(
                volume(ID), ResourceName.parse("database"), CREATED, new VolumeLabel.Source.OfSnapshot(PARENT));
    }

    private static ByteBuffer chunk(int value, int lengthBytes) {
        ByteBuffer bytes = ByteBuffer.allocate(lengthBytes);
        while (bytes.hasRemaining()) {
            bytes.put((byte) value);
        }
        return bytes.flip();
    }

    /** A checked-in file of hex digits. */
    static byte[] resource(String name) {
        try (InputStream file = Samples.class.getResourceAsStream(name)) {
            return HexFormat.of()
                    .parseHex(new String(file.readAllBytes(), StandardCharsets.US_ASCII).replace("\n", ""));
        } catch (IOException unreadable) {
            throw new UncheckedIOException(unreadable);
        }
    }

    /** All bytes at once. */
    static byte[] bytes(StoredBytes record) {
        ByteBuffer all = ByteBuffer.allocate((int) record.totalBytes() + 1);
        record.encode(all);
        byte[] bytes = new byte[all.position()];
        all.get(0, bytes);
        return bytes;
    }

    static Manifest decoded(byte[] bytes) {
        ManifestDecoder decoder = new ManifestDecoder();
        decoder.decode(ByteBuffer.wrap(bytes));
        return decoder.finish();
    }
}
