// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.manifest;

import io.scrubjay.block.ChunkGrid;
import io.scrubjay.block.ClusterSize;
import io.scrubjay.block.Digest;

import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.Set;
import java.util.zip.CRC32C;

/**
 * The head of a stored manifest: prefix, header and the header's checksum. {@code docs/manifest-format.md} has every
 * byte.
 *
 * @param header the content of the header
 * @param runs how many runs follow
 * @param leaves how many leaves follow the runs
 */
record StoredHeader(ManifestHeader header, int runs, int leaves) {
    /** Magic, version and the length of the header. */
    static final int PREFIX_BYTES = 16;
    /** The largest head: it fits into the smallest cluster, which is the smallest unit that an engine has to read. */
    static final int HEAD_BYTES_MAX = 4096;

    /** The versions that can be read. */
    private static final Set<Integer> FORMAT_VERSIONS =
            Set.of(Manifest.FORMAT_VERSION, PointInTime.FORMAT_VERSION, PoolSource.FORMAT_VERSION);

    private static final int VOLUME = 1;
    private static final int SNAPSHOT = 2;

    static final int RUN_BYTES = Long.BYTES + Integer.BYTES;
    static final int TRAILER_BYTES = 32;

    private static final int LENGTH_OFFSET = 12;
    private static final int CHECKSUM_BYTES = Integer.BYTES;
    private static final int TOTAL_OFFSET = PREFIX_BYTES;

    static StoredHeader of(Manifest manifest) {
        LeafTable leaves = manifest.leaves();
        return new StoredHeader(manifest.header(), leaves.runCount(), leaves.count());
    }

    /** The length of the whole manifest, including the trailer, for a head of this length. */
    long totalBytes(int headBytes) {
        return headBytes + (long) runs * RUN_BYTES + (long) leaves * Leaf.BYTES + TRAILER_BYTES;
    }

    ByteBuffer encode() {
        FieldWriter head = new FieldWriter(HEAD_BYTES_MAX);
        RecordMagic.MANIFEST.write(head, header.formatVersion());
        head.u32(0).u64(0); // header and total length: known at the end
        head.id(header.id().stored()).u64(header.lengthBytes()).u32(ChunkGrid.CHUNK_BYTES);
        header.upload().ifPresent(upload -> encode(head, upload));
        header.pointInTime().ifPresent(taken -> encode(head, taken));
        header.poolSource().ifPresent(source -> encode(head, source));
        int headBytes = head.length() + CHECKSUM_BYTES;
        ByteBuffer bytes = head.written()
                .putInt(LENGTH_OFFSET, head.length() - PREFIX_BYTES)
                .putLong(TOTAL_OFFSET, totalBytes(headBytes));
        return head.u32(checksum(bytes)).written();
    }

    private void encode(FieldWriter head, Upload upload) {
        head.u64(upload.receivedBytes());
        encodeMeasures(head);
        head.digest(header.contentDigest()).digest(upload.sourceDigest());
        upload.expectedDigest().ifPresentOrElse(head::digest, head::noDigest);
        head.text(header.name().value()).text(upload.format()).text(upload.compression());
    }

    private void encode(FieldWriter head, PointInTime taken) {
        head.id(taken.volume().stored());
        taken.parent().map(ImageId::stored).ifPresentOrElse(head::id, head::noId);
        encodeMeasures(head);
        head.digest(header.contentDigest());
        head.text(header.name().value()).text(taken.volumeName().value());
    }

    private void encode(FieldWriter head, PoolSource source) {
        head.u16(
                switch (source.kind()) {
                    case VOLUME -> VOLUME;
                    case SNAPSHOT -> SNAPSHOT;
                });
        head.id(source.id());
        source.parent().map(ImageId::stored).ifPresentOrElse(head::id, head::noId);
        encodeMeasures(head);
        head.digest(header.contentDigest());
        head.text(header.name().value()).text(source.name().value());
    }

    private void encodeMeasures(FieldWriter head) {
        Footprint footprint = header.footprint();
        head.u32(footprint.clusterSize().bytes())
                .u64(footprint.allocatedClusters())
                .u64(footprint.zeroBytesSkipped());
        head.u64(header.createdAt().toEpochMilli()).u64(header.sealedAt().toEpochMilli());
        head.u32(runs).u32(leaves);
    }

    /**
     * The length of the whole head, according to its first {@link #PREFIX_BYTES}.
     *
     * @throws ManifestDamaged when they do not belong to a manifest
     */
    static int headBytes(ByteBuffer prefix) {
        FieldReader fields = new FieldReader(prefix);
        RecordMagic.MANIFEST.require(fields, FORMAT_VERSIONS);
        int headBytes = fields.u31("header length");
        if (headBytes > HEAD_BYTES_MAX - PREFIX_BYTES - CHECKSUM_BYTES) {
            throw new ManifestDamaged("header length is absurd: " + headBytes, LENGTH_OFFSET);
        }
        return PREFIX_BYTES + headBytes + CHECKSUM_BYTES;
    }

    /**
     * Reads a head that begins at index 0 of the buffer and ends before its limit.
     *
     * @throws ManifestDamaged when it is not a head that was written
     */
    static StoredHeader decode(ByteBuffer source) {
        int headBytes = headBytes(source);
        if (source.limit() < headBytes) {
            throw new ManifestDamaged("cut short in the header", source.limit());
        }
        int fieldsEnd = headBytes - CHECKSUM_BYTES;
        if (source.getInt(fieldsEnd) != checksum(source.duplicate().rewind().limit(fieldsEnd))) {
            throw new ManifestDamaged("the header's checksum is wrong", fieldsEnd);
        }
        FieldReader fields = new FieldReader(source.duplicate().limit(fieldsEnd));
        int version = version(fields);
        long totalBytes = fields.int64("total length");
        try {
            StoredHeader stored = switch (version) {
                case PointInTime.FORMAT_VERSION -> ofSnapshot(fields);
                case PoolSource.FORMAT_VERSION -> ofImageFromPool(fields);
                default -> ofImage(fields);
            };
            fields.requireEnd(fieldsEnd);
            stored.requireSane(fields);
            if (stored.totalBytes(headBytes) != totalBytes) {
                throw new ManifestDamaged("total length is absurd: " + totalBytes, TOTAL_OFFSET);
            }
            return stored;
        } catch (IllegalArgumentException impossible) {
            // The constructors of the values check what is valid; anything that they refuse was never written.
            throw new ManifestDamaged(
                    "the header is impossible: " + impossible.getMessage(), fields.position(), impossible);
        }
    }

    private static int version(FieldReader fields) {
        int version = RecordMagic.MANIFEST.require(fields, FORMAT_VERSIONS);
        fields.raw(PREFIX_BYTES - fields.position(), "prefix");
        return version;
    }

    private static StoredHeader ofImage(FieldReader fields) {
        ImageId id = new ImageId(fields.id("id"));
        long lengthBytes = length(fields);
        long receivedBytes = fields.int64("received bytes");
        Measures measures = Measures.read(fields);
        Digest contentDigest = fields.digest("content digest");
        Digest sourceDigest = fields.digest("source digest");
        var expectedDigest = fields.optionalDigest("expected digest");
        ResourceName name = ResourceName.parse(fields.text("name"));
        Upload upload = new Upload(
                fields.text("format"), fields.text("compression"), receivedBytes, sourceDigest, expectedDigest);
        return measures.with(id, name, lengthBytes, upload, contentDigest);
    }

    private static StoredHeader ofSnapshot(FieldReader fields) {
        ImageId id = new ImageId(fields.id("id"));
        long lengthBytes = length(fields);
        VolumeId volume = new VolumeId(fields.id("volume"));
        var parent = fields.optionalId("parent").map(ImageId::new);
        Measures measures = Measures.read(fields);
        Digest contentDigest = fields.digest("content digest");
        ResourceName name = ResourceName.parse(fields.text("name"));
        PointInTime taken = new PointInTime(volume, ResourceName.parseKnown(fields.text("volume name")), parent);
        return measures.with(id, name, lengthBytes, taken, contentDigest);
    }

    private static StoredHeader ofImageFromPool(FieldReader fields) {
        ImageId id = new ImageId(fields.id("id"));
        long lengthBytes = length(fields);
        PoolSource.Kind kind = sourceKind(fields);
        StoredId sourceId = fields.id("source");
        var parent = fields.optionalId("parent").map(ImageId::new);
        Measures measures = Measures.read(fields);
        Digest contentDigest = fields.digest("content digest");
        ResourceName name = ResourceName.parse(fields.text("name"));
        PoolSource source = new PoolSource(kind, sourceId, ResourceName.parseKnown(fields.text("source name")), parent);
        return measures.with(id, name, lengthBytes, source, contentDigest);
    }

    private static PoolSource.Kind sourceKind(FieldReader fields) {
        int code = fields.u16("source's kind");
        return switch (code) {
            case VOLUME -> PoolSource.Kind.VOLUME;
            case SNAPSHOT -> PoolSource.Kind.SNAPSHOT;
            default -> throw fields.damaged("the source's kind is unknown: " + code);
        };
    }

    private static long length(FieldReader fields) {
        long lengthBytes = fields.int64("length");
        int chunkBytes = fields.int32("chunk size");
        if (chunkBytes != ChunkGrid.CHUNK_BYTES) {
            throw fields.damaged("chunk size is " + Integer.toUnsignedString(chunkBytes));
        }
        return lengthBytes;
    }

    private void requireSane(FieldReader fields) {
        if (runs > leaves
                || leaves > LeafTable.COUNT_MAX
                || leaves > new ChunkGrid(header.lengthBytes()).count()
                || (runs == 0 && leaves != 0)) {
            throw fields.damaged(
                    leaves + " leaves in " + runs + " runs are absurd for " + header.lengthBytes() + " bytes");
        }
    }

    /** The fields that all versions have in the same order. */
    private record Measures(Footprint footprint, Instant createdAt, Instant sealedAt, int runs, int leaves) {
        private static Measures read(FieldReader fields) {
            Footprint footprint = new Footprint(
                    new ClusterSize(fields.int32("cluster size")),
                    fields.int64("allocated clusters"),
                    fields.int64("zero bytes skipped"));
            Instant createdAt = Instant.ofEpochMilli(fields.int64("created at"));
            Instant sealedAt = Instant.ofEpochMilli(fields.int64("sealed at"));
            return new Measures(footprint, createdAt, sealedAt, fields.u31("run count"), fields.u31("leaf count"));
        }

        private StoredHeader with(
                ImageId id, ResourceName name, long lengthBytes, Origin origin, Digest contentDigest) {
            ManifestHeader header = new ManifestHeader(
                    origin.formatVersion(),
                    id,
                    name,
                    lengthBytes,
                    origin,
                    footprint,
                    contentDigest,
                    createdAt,
                    sealedAt);
            return new StoredHeader(header, runs, leaves);
        }
    }

    private static int checksum(ByteBuffer bytes) {
        CRC32C crc = new CRC32C();
        crc.update(bytes.duplicate());
        return (int) crc.getValue();
    }
}
