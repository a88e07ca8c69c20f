// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.manifest;

import io.scrubjay.block.Digest;
import io.scrubjay.block.DigestAlgorithm;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.UUID;

/**
 * Reads the fields of a stored record. Bytes that are not a valid field cause a {@link ManifestDamaged} that names the
 * field. Confined to one thread.
 */
final class FieldReader {
    private static final StoredId NO_ID = new StoredId(new UUID(0, 0));

    private final ByteBuffer bytes;

    /** Reads from this buffer's index 0, which is the record's first byte, up to its limit. */
    FieldReader(ByteBuffer record) {
        bytes = record.duplicate().rewind();
    }

    int u16(String field) {
        need(Short.BYTES, field);
        return Short.toUnsignedInt(bytes.getShort());
    }

    /** A 32-bit number whose highest bit must be 0. */
    int u31(String field) {
        int value = int32(field);
        if (value < 0) {
            throw damaged(field + " is absurd: " + Integer.toUnsignedString(value));
        }
        return value;
    }

    int int32(String field) {
        need(Integer.BYTES, field);
        return bytes.getInt();
    }

    long int64(String field) {
        need(Long.BYTES, field);
        return bytes.getLong();
    }

    byte[] raw(int length, String field) {
        need(length, field);
        byte[] value = new byte[length];
        bytes.get(value);
        return value;
    }

    StoredId id(String field) {
        need(2 * Long.BYTES, field);
        return new StoredId(new UUID(bytes.getLong(), bytes.getLong()));
    }

    Optional<StoredId> optionalId(String field) {
        StoredId id = id(field);
        return id.equals(NO_ID) ? Optional.empty() : Optional.of(id);
    }

    String text(String field) {
        int length = u16(field);
        byte[] utf8 = raw(length, field);
        try {
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(utf8))
                    .toString();
        } catch (CharacterCodingException notText) {
            throw new ManifestDamaged(field + " is not UTF-8", bytes.position() - length, notText);
        }
    }

    Optional<Digest> optionalDigest(String field) {
        need(1, field);
        byte code = bytes.get();
        if (code == DigestCode.NONE) {
            return Optional.empty();
        }
        DigestAlgorithm algorithm = DigestCode.algorithm(code)
                .orElseThrow(() -> damaged(field + " has an unknown algorithm: " + Byte.toUnsignedInt(code)));
        return Optional.of(Digest.of(algorithm, raw(algorithm.lengthBytes(), field)));
    }

    Digest digest(String field) {
        return optionalDigest(field).orElseThrow(() -> damaged(field + " is missing"));
    }

    int position() {
        return bytes.position();
    }

    void requireEnd(int end) {
        if (bytes.position() != end) {
            throw damaged("fields end at byte " + bytes.position() + " instead of " + end);
        }
    }

    ManifestDamaged damaged(String what) {
        return new ManifestDamaged(what, bytes.position());
    }

    private void need(int length, String field) {
        if (bytes.remaining() < length) {
            throw damaged("cut short in " + field);
        }
    }
}
