// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.manifest;

import io.scrubjay.block.Digest;
import io.scrubjay.block.DigestAlgorithm;

import java.nio.ByteBuffer;
import java.util.HexFormat;

/** The checksums of one chunk: its SHA-256 and its CRC-32C. Immutable; two leaves are equal when both checksums are. */
public final class Leaf {
    /** The size of a leaf in memory and on the medium: 32 bytes of SHA-256, then the CRC-32C, big-endian. */
    static final int BYTES = 32 + Integer.BYTES;

    // Four words instead of an array: no indirection, no defensive copies, simple equality.
    private final long sha0;
    private final long sha1;
    private final long sha2;
    private final long sha3;
    private final int crc32c;

    private Leaf(long sha0, long sha1, long sha2, long sha3, int crc32c) {
        this.sha0 = sha0;
        this.sha1 = sha1;
        this.sha2 = sha2;
        this.sha3 = sha3;
        this.crc32c = crc32c;
    }

    /**
     * The leaf with this SHA-256, of 32 bytes, and this CRC-32C.
     *
     * @throws IllegalArgumentException when there are not 32 bytes
     */
    public static Leaf of(byte[] sha256, int crc32c) {
        if (sha256.length != BYTES - Integer.BYTES) {
            throw new IllegalArgumentException("SHA-256 has 32 bytes, not " + sha256.length);
        }
        ByteBuffer words = ByteBuffer.wrap(sha256);
        return new Leaf(words.getLong(), words.getLong(), words.getLong(), words.getLong(), crc32c);
    }

    /** Reads the leaf at this index; position and limit are not changed. */
    static Leaf at(ByteBuffer packed, int index) {
        return new Leaf(
                packed.getLong(index),
                packed.getLong(index + 8),
                packed.getLong(index + 16),
                packed.getLong(index + 24),
                packed.getInt(index + 32));
    }

    /** Writes the leaf at this index; position and limit are not changed. */
    void putAt(ByteBuffer packed, int index) {
        packed.putLong(index, sha0);
        packed.putLong(index + 8, sha1);
        packed.putLong(index + 16, sha2);
        packed.putLong(index + 24, sha3);
        packed.putInt(index + 32, crc32c);
    }

    /** A copy of the 32 bytes. */
    public byte[] sha256() {
        byte[] bytes = new byte[BYTES - Integer.BYTES];
        ByteBuffer.wrap(bytes).putLong(sha0).putLong(sha1).putLong(sha2).putLong(sha3);
        return bytes;
    }

    /** The SHA-256 as a digest. */
    public Digest digest() {
        return Digest.of(DigestAlgorithm.SHA_256, sha256());
    }

    /** The 32 bits of the CRC-32C. */
    public int crc32c() {
        return crc32c;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Leaf that
                && sha0 == that.sha0
                && sha1 == that.sha1
                && sha2 == that.sha2
                && sha3 == that.sha3
                && crc32c == that.crc32c;
    }

    @Override
    public int hashCode() {
        return Long.hashCode(sha0);
    }

    /** {@code <sha-256 hex>/<crc-32c hex>}. */
    @Override
    public String toString() {
        return HexFormat.of().formatHex(sha256()) + "/" + HexFormat.of().toHexDigits(crc32c);
    }
}
