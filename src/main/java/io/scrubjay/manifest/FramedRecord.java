// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.manifest;

import io.scrubjay.block.DigestAlgorithm;

import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.util.function.Consumer;
import java.util.function.Function;

/**
 * A small record as it is stored: magic, version, the body's length, the body, and a SHA-256 of all these. It is in
 * memory as a whole. {@code docs/manifest-format.md} has every byte. Confined to one thread.
 */
final class FramedRecord implements StoredBytes {
    private static final int PREFIX_BYTES = 16;
    private static final int LENGTH_OFFSET = 12;
    private static final int TRAILER_BYTES = 32;

    private final ByteBuffer bytes;

    private FramedRecord(ByteBuffer bytes) {
        this.bytes = bytes;
    }

    /**
     * A record with this body.
     *
     * @param bytesMax the most bytes that the whole record may take
     */
    static FramedRecord of(RecordMagic magic, int version, int bytesMax, Consumer<FieldWriter> body) {
        FieldWriter record = new FieldWriter(bytesMax);
        magic.write(record, version);
        record.u32(0); // the length of the body, filled in at the end
        body.accept(record);
        ByteBuffer framed = record.written().putInt(LENGTH_OFFSET, record.length() - PREFIX_BYTES);
        return new FramedRecord(record.raw(checksum(framed)).written());
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
     * Reads a record that begins at index 0 of the buffer; bytes after its end are ignored.
     *
     * @param body reads the fields; throws an {@link IllegalArgumentException} when they are invalid
     * @throws ManifestDamaged when it is not a record that was written
     */
    static <T> T decode(
            ByteBuffer source, RecordMagic magic, int version, int bytesMax, Function<FieldReader, T> body) {
        FieldReader prefix = new FieldReader(source);
        magic.require(prefix, version);
        int bodyBytes = prefix.u31("length");
        if (bodyBytes > bytesMax - PREFIX_BYTES - TRAILER_BYTES) {
            throw new ManifestDamaged("length is absurd: " + bodyBytes, LENGTH_OFFSET);
        }
        int end = PREFIX_BYTES + bodyBytes;
        if (source.limit() < end + TRAILER_BYTES) {
            throw new ManifestDamaged("cut short", source.limit());
        }
        byte[] trailer = new byte[TRAILER_BYTES];
        source.get(end, trailer);
        ByteBuffer framed = source.duplicate().rewind().limit(end);
        if (!MessageDigest.isEqual(trailer, checksum(framed))) {
            throw new ManifestDamaged("the checksum is wrong", end);
        }
        FieldReader fields = new FieldReader(framed);
        fields.raw(PREFIX_BYTES, "prefix");
        try {
            T value = body.apply(fields);
            fields.requireEnd(end);
            return value;
        } catch (IllegalArgumentException impossible) {
            throw new ManifestDamaged(
                    "its fields are impossible: " + impossible.getMessage(), fields.position(), impossible);
        }
    }

    private static byte[] checksum(ByteBuffer framed) {
        MessageDigest hash = DigestAlgorithm.SHA_256.newHash();
        hash.update(framed.duplicate());
        return hash.digest();
    }
}
