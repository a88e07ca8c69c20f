// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.source.packed;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * Collects the header of a zstd frame, byte by byte (RFC 8878, 3.1.1 and 3.1.2). All numbers are little-endian.
 *
 * <ul>
 *   <li>A frame: its magic; a byte of flags; the window's size, as a power of two and eighths of it, unless the frame is
 *       a single segment, whose window is its content; the id of a dictionary, in 0, 1, 2 or 4 bytes; the size of the
 *       content, in 0, 1, 2, 4 or 8 bytes.
 *   <li>A skippable frame: one of sixteen magics, and the number of bytes to skip, in 32 bits.
 * </ul>
 *
 * <p>Confined to one thread.
 */
final class ZstdFrameHeader {
    /** What the first four bytes begin. */
    enum Kind {
        /** There are fewer than four. */
        UNKNOWN,
        FRAME,
        SKIPPABLE,
        /** A frame of LZ4, which has the same skippable frames. */
        LZ4,
        OTHER
    }

    private static final int MAGIC = 0xfd2fb528;
    private static final int LZ4_MAGIC = 0x184d2204;
    private static final int SKIPPABLE_MAGIC = 0x184d2a50;
    private static final int SKIPPABLE_MASK = 0xfffffff0;
    private static final int FLAGS_AT = 4;
    private static final int SKIPPABLE_BYTES = 8;
    private static final int BYTES_MAX = 18;

    private static final int SINGLE_SEGMENT = 1 << 5;
    private static final int[] DICTIONARY_FIELD_BYTES = {0, 1, 2, 4};
    private static final int[] CONTENT_FIELD_BYTES = {0, 2, 4, 8};
    /** What is added to a content size in two bytes: smaller ones have one byte. */
    private static final int TWO_BYTES_ADD = 256;

    private static final int WINDOW_LOG_MIN = 10;

    private final ByteBuffer bytes = ByteBuffer.allocate(BYTES_MAX).order(ByteOrder.LITTLE_ENDIAN);

    /** Begins the header of another frame. */
    void begin() {
        bytes.clear();
    }

    boolean isEmpty() {
        return bytes.position() == 0;
    }

    void take(byte next) {
        bytes.put(next);
    }

    /** The bytes taken. */
    ByteBuffer bytes() {
        return bytes.asReadOnlyBuffer().flip();
    }

    Kind kind() {
        if (bytes.position() < Integer.BYTES) {
            return Kind.UNKNOWN;
        }
        int magic = bytes.getInt(0);
        if (magic == MAGIC) {
            return Kind.FRAME;
        }
        if ((magic & SKIPPABLE_MASK) == SKIPPABLE_MAGIC) {
            return Kind.SKIPPABLE;
        }
        return magic == LZ4_MAGIC ? Kind.LZ4 : Kind.OTHER;
    }

    boolean isComplete() {
        return switch (kind()) {
            case UNKNOWN, LZ4, OTHER -> false;
            case SKIPPABLE -> bytes.position() == SKIPPABLE_BYTES;
            case FRAME -> bytes.position() > FLAGS_AT && bytes.position() == contentFieldAt() + contentFieldBytes();
        };
    }

    /** How many bytes to skip, of a complete header of a skippable frame. */
    long skippedBytes() {
        return Integer.toUnsignedLong(bytes.getInt(Integer.BYTES));
    }

    /** The id of the dictionary that a complete header of a frame demands; 0 for none. */
    long dictionaryId() {
        return number(dictionaryFieldAt(), contentFieldAt() - dictionaryFieldAt());
    }

    /** How many decoded bytes a decoder has to keep, by a complete header of a frame; negative for 2^63 and more. */
    long windowBytes() {
        if (isSingleSegment()) {
            int length = contentFieldBytes();
            return number(contentFieldAt(), length) + (length == Short.BYTES ? TWO_BYTES_ADD : 0);
        }
        int descriptor = Byte.toUnsignedInt(bytes.get(FLAGS_AT + 1));
        long base = 1L << (WINDOW_LOG_MIN + (descriptor >>> 3));
        return base + (base >>> 3) * (descriptor & 7);
    }

    private int flags() {
        return Byte.toUnsignedInt(bytes.get(FLAGS_AT));
    }

    private boolean isSingleSegment() {
        return (flags() & SINGLE_SEGMENT) != 0;
    }

    private int dictionaryFieldAt() {
        return FLAGS_AT + 1 + (isSingleSegment() ? 0 : 1);
    }

    private int contentFieldAt() {
        return dictionaryFieldAt() + DICTIONARY_FIELD_BYTES[flags() & 3];
    }

    private int contentFieldBytes() {
        int code = flags() >>> 6;
        return code == 0 && isSingleSegment() ? 1 : CONTENT_FIELD_BYTES[code];
    }

    private long number(int at, int length) {
        long number = 0;
        for (int index = 0; index < length; index++) {
            number |= Byte.toUnsignedLong(bytes.get(at + index)) << (index * Byte.SIZE);
        }
        return number;
    }
}
