// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.block;

import java.nio.ByteBuffer;
import java.util.Arrays;

/**
 * The state of a SHA-256 in the middle of its bytes, so that it can be stored and continued by another process, on
 * another processor, by another implementation: FIPS 180-4 defines it, apart from the order of the fields here.
 * Immutable.
 *
 * <p>Stored as {@link #BYTES} bytes: the number of bytes hashed so far (u64), the eight words of the state after the last
 * whole block (u32 each), and the bytes since then, followed by zeroes up to 64 bytes. All numbers are big-endian.
 */
public final class Sha256State {
    private static final int WORDS = 8;
    /** The stored length. */
    public static final int BYTES = Long.BYTES + WORDS * Integer.BYTES + Sha256.Resumable.BLOCK_BYTES;

    private final byte[] stored;

    private Sha256State(byte[] stored) {
        this.stored = stored;
    }

    /** The state before the first byte. */
    public static Sha256State empty() {
        return Sha256.resumable().state();
    }

    static Sha256State of(int[] words, long lengthBytes, byte[] partial) {
        ByteBuffer stored = ByteBuffer.allocate(BYTES).putLong(lengthBytes);
        for (int word : words) {
            stored.putInt(word);
        }
        return new Sha256State(stored.put(partial).array());
    }

    /**
     * Reads the stored form, which is copied.
     *
     * @throws IllegalArgumentException when no state is stored like this
     */
    public static Sha256State ofBytes(byte[] stored) {
        if (stored.length != BYTES || ByteBuffer.wrap(stored).getLong(0) < 0) {
            throw new IllegalArgumentException("not the state of a SHA-256");
        }
        return new Sha256State(stored.clone());
    }

    /** A copy of the stored form. */
    public byte[] toBytes() {
        return stored.clone();
    }

    /** How many bytes have been hashed. */
    public long lengthBytes() {
        return ByteBuffer.wrap(stored).getLong(0);
    }

    int[] words() {
        int[] words = new int[WORDS];
        ByteBuffer.wrap(stored, Long.BYTES, WORDS * Integer.BYTES).asIntBuffer().get(words);
        return words;
    }

    /** The bytes since the last whole block. */
    byte[] partial() {
        int from = Long.BYTES + WORDS * Integer.BYTES;
        return Arrays.copyOfRange(stored, from, from + (int) (lengthBytes() % Sha256.Resumable.BLOCK_BYTES));
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Sha256State that && Arrays.equals(stored, that.stored);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(stored);
    }

    @Override
    public String toString() {
        return "SHA-256 after " + lengthBytes() + " bytes";
    }
}
