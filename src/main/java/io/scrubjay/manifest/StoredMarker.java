package io.scrubjay.manifest;

import io.scrubjay.block.DigestAlgorithm;

import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/**
 * The stored form of a quarantine marker; {@code docs/manifest-format.md} has every byte. Small enough to be in memory
 * at once.
 */
final class StoredMarker implements StoredBytes {
    static final int FORMAT_VERSION = 1;
    /** More than any marker takes: 1000 characters of message and 1000 lines are about 29 KiB. */
    static final int BYTES_MAX = 64 << 10;

    private static final int PREFIX_BYTES = 16;
    private static final int LENGTH_OFFSET = 12;
    private static final int TRAILER_BYTES = 32;

    private final ByteBuffer bytes;

    StoredMarker(QuarantineMarker marker) {
        FieldWriter record = new FieldWriter(BYTES_MAX);
        Magic.QUARANTINE.write(record, FORMAT_VERSION);
        record.u32(0); // the body's length: known at the end
        record.id(marker.id()).u64(marker.at().toEpochMilli()).u64(marker.findingCount());
        record.text(marker.name().value()).text(marker.reason()).text(marker.message());
        record.u16(marker.findings().size());
        for (FindingLine line : marker.findings()) {
            record.u64(line.chunk()).text(line.kind());
        }
        ByteBuffer body = record.written().putInt(LENGTH_OFFSET, record.length() - PREFIX_BYTES);
        bytes = record.raw(checksum(body)).written();
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
     * Reads a marker that begins at index 0 of the buffer; what lies behind its end does not matter.
     *
     * @throws ManifestDamaged when it is not one that was written
     */
    static QuarantineMarker decode(ByteBuffer source) {
        FieldReader prefix = new FieldReader(source);
        Magic.QUARANTINE.require(prefix, FORMAT_VERSION);
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
            QuarantineMarker marker = fields(fields);
            fields.requireEnd(end);
            return marker;
        } catch (IllegalArgumentException impossible) {
            throw new ManifestDamaged(
                    "the marker is impossible: " + impossible.getMessage(), fields.position(), impossible);
        }
    }

    private static QuarantineMarker fields(FieldReader fields) {
        ImageId id = fields.id("id");
        Instant at = Instant.ofEpochMilli(fields.int64("time"));
        long findingCount = fields.int64("finding count");
        ImageName name = ImageName.parse(fields.text("name"));
        String reason = fields.text("reason");
        String message = fields.text("message");
        int lines = fields.u16("line count");
        List<FindingLine> findings = new ArrayList<>();
        for (int line = 0; line < lines; line++) {
            findings.add(new FindingLine(fields.int64("chunk"), fields.text("finding")));
        }
        return new QuarantineMarker(id, name, reason, message, at, findingCount, findings);
    }

    private static byte[] checksum(ByteBuffer body) {
        MessageDigest hash = DigestAlgorithm.SHA_256.newHash();
        hash.update(body.duplicate());
        return hash.digest();
    }
}
