// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.manifest;

import io.scrubjay.block.Digest;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/** Writes the fields of a stored record, big-endian, into memory. Confined to one thread. */
final class FieldWriter {
    private final ByteBuffer bytes;

    FieldWriter(int capacityBytes) {
        bytes = ByteBuffer.allocate(capacityBytes);
    }

    FieldWriter raw(byte[] value) {
        bytes.put(value);
        return this;
    }

    FieldWriter u16(int value) {
        bytes.putShort((short) value);
        return this;
    }

    FieldWriter u32(int value) {
        bytes.putInt(value);
        return this;
    }

    FieldWriter u64(long value) {
        bytes.putLong(value);
        return this;
    }

    FieldWriter id(StoredId id) {
        return u64(id.value().getMostSignificantBits()).u64(id.value().getLeastSignificantBits());
    }

    /** Writes zeroes in place of an id; no id is all zeroes. */
    FieldWriter noId() {
        return u64(0).u64(0);
    }

    FieldWriter text(String value) {
        byte[] utf8 = value.getBytes(StandardCharsets.UTF_8);
        return u16(utf8.length).raw(utf8);
    }

    FieldWriter digest(Digest value) {
        bytes.put(DigestCode.of(value.algorithm()));
        return raw(value.toBytes());
    }

    FieldWriter noDigest() {
        bytes.put(DigestCode.NONE);
        return this;
    }

    /** How many bytes have been written. */
    int length() {
        return bytes.position();
    }

    /** Everything written so far, from position to limit; further fields are written after it. */
    ByteBuffer written() {
        return bytes.duplicate().flip();
    }
}
