package io.scrubjay.manifest;

import io.scrubjay.block.DigestAlgorithm;
import io.scrubjay.manifest.VolumeLabel.Source;

import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.time.Instant;

/** The stored form of a volume's label; {@code docs/manifest-format.md} has every byte. Confined to one thread. */
final class StoredLabel implements StoredBytes {
    static final int FORMAT_VERSION = 1;
    /** More than any label takes, and the smallest read any engine has to do. */
    static final int BYTES_MAX = 4096;

    private static final int PREFIX_BYTES = 16;
    private static final int LENGTH_OFFSET = 12;
    private static final int TRAILER_BYTES = 32;

    private static final int NOTHING = 0;
    private static final int IMAGE = 1;
    private static final int SNAPSHOT = 2;

    private final ByteBuffer bytes;

    StoredLabel(VolumeLabel label) {
        FieldWriter record = new FieldWriter(BYTES_MAX);
        Magic.LABEL.write(record, FORMAT_VERSION);
        record.u32(0); // the body's length: known at the end
        record.id(label.id()).u64(label.createdAt().toEpochMilli());
        write(record, label.source());
        record.text(label.name().value());
        ByteBuffer body = record.written().putInt(LENGTH_OFFSET, record.length() - PREFIX_BYTES);
        bytes = record.raw(checksum(body)).written();
    }

    private static void write(FieldWriter record, Source source) {
        if (source instanceof Source.OfImage image) {
            record.u16(IMAGE).id(image.id());
        } else if (source instanceof Source.OfSnapshot snapshot) {
            record.u16(SNAPSHOT).id(snapshot.id());
        } else {
            record.u16(NOTHING).noId();
        }
    }

    @Override
    public long totalBytes() {
        return bytes.limit();
    }

    @Override
    public int encode(ByteBuffer target) {
        int length = Math.min(bytes.remaining(), target.remaining());
        target.put(bytes.slice(bytes.position(), length));
        bytes.position(bytes.position() + length);
        return length;
    }

    /**
     * Reads a label that begins at index 0 of the buffer; what lies behind its end does not matter.
     *
     * @throws ManifestDamaged when it is not one that was written
     */
    static VolumeLabel decode(ByteBuffer source) {
        FieldReader prefix = new FieldReader(source);
        Magic.LABEL.require(prefix, FORMAT_VERSION);
        int bodyBytes = prefix.u31("length");
        if (bodyBytes > BYTES_MAX - PREFIX_BYTES - TRAILER_BYTES) {
            throw new ManifestDamaged("length is absurd: " + bodyBytes, LENGTH_OFFSET);
        }
        int end = PREFIX_BYTES + bodyBytes;
        if (source.limit() < end + TRAILER_BYTES) {
            throw new ManifestDamaged("cut short", source.limit());
        }
        byte[] trailer = new byte[TRAILER_BYTES];
        source.get(end, trailer);
        ByteBuffer body = source.duplicate().rewind().limit(end);
        if (!MessageDigest.isEqual(trailer, checksum(body))) {
            throw new ManifestDamaged("the checksum is wrong", end);
        }
        FieldReader fields = new FieldReader(body);
        fields.raw(PREFIX_BYTES, "prefix");
        try {
            VolumeLabel label = fields(fields);
            fields.requireEnd(end);
            return label;
        } catch (IllegalArgumentException impossible) {
            throw new ManifestDamaged(
                    "the label is impossible: " + impossible.getMessage(), fields.position(), impossible);
        }
    }

    private static VolumeLabel fields(FieldReader fields) {
        ImageId id = fields.id("id");
        Instant createdAt = Instant.ofEpochMilli(fields.int64("created at"));
        Source source = source(fields);
        return new VolumeLabel(id, ImageName.parse(fields.text("name")), createdAt, source);
    }

    private static Source source(FieldReader fields) {
        int code = fields.u16("source");
        ImageId id = fields.id("source's id");
        return switch (code) {
            case NOTHING -> new Source.Nothing();
            case IMAGE -> new Source.OfImage(id);
            case SNAPSHOT -> new Source.OfSnapshot(id);
            default -> throw fields.damaged("the source's code is unknown: " + code);
        };
    }

    private static byte[] checksum(ByteBuffer body) {
        MessageDigest hash = DigestAlgorithm.SHA_256.newHash();
        hash.update(body.duplicate());
        return hash.digest();
    }
}
