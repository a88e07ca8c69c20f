// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.source.packed;

import java.util.List;
import java.util.Optional;
import java.util.zip.CRC32;

/**
 * Reads the header of a gzip member, byte by byte, and keeps none of its texts (RFC 1952, 2.3): ten bytes; then, each
 * only if its flag is set, an extra field with its length before it, a name and a comment with a zero after each, and
 * the low half of the CRC-32 of everything before. Numbers are little-endian. Confined to one thread.
 */
final class GzipHeader {
    /** A part of the header, and the flag of its presence; 0 when it is always there. */
    private enum Part {
        FIXED(0),
        EXTRA_LENGTH(1 << 2),
        EXTRA(1 << 2),
        NAME(1 << 3),
        COMMENT(1 << 4),
        CHECKSUM(1 << 1),
        END(0);

        private final int flag;

        Part(int flag) {
            this.flag = flag;
        }

        boolean isIn(int flags) {
            return flag == 0 || (flags & flag) != 0;
        }
    }

    private static final List<Part> PARTS = List.of(Part.values());
    private static final int[] MAGIC = {0x1f, 0x8b};
    private static final int METHOD_AT = 2;
    private static final int DEFLATE = 8;
    private static final int FLAGS_AT = 3;
    private static final int RESERVED_FLAGS = 7 << 5;
    private static final int FIXED_BYTES = 10;

    private final CRC32 sum = new CRC32();
    private Part part = Part.FIXED;
    /** How many bytes of the part have been taken. */
    private int taken;

    private int flags;
    private int extraBytes;
    private int checksum;

    /** Begins the header of another member. */
    void begin() {
        sum.reset();
        part = Part.FIXED;
        taken = 0;
        extraBytes = 0;
        checksum = 0;
    }

    /** Whether no byte of it has been taken. */
    boolean isEmpty() {
        return part == Part.FIXED && taken == 0;
    }

    /** Whether the last byte taken is one of the magic, or should be. */
    boolean isInMagic() {
        return part == Part.FIXED && taken <= MAGIC.length;
    }

    boolean isComplete() {
        return part == Part.END;
    }

    /**
     * Takes the next byte.
     *
     * @param value 0 to 255
     * @return what is wrong with it, for people; empty if nothing is
     */
    Optional<String> take(int value) {
        int at = taken++;
        if (part != Part.CHECKSUM) {
            sum.update(value);
        }
        return switch (part) {
            case FIXED -> fixed(at, value);
            case EXTRA_LENGTH -> extraLength(at, value);
            case EXTRA -> endIf(taken == extraBytes);
            case NAME, COMMENT -> endIf(value == 0);
            case CHECKSUM -> checksum(at, value);
            case END -> throw new IllegalStateException("the header has ended");
        };
    }

    private Optional<String> fixed(int at, int value) {
        if (at < MAGIC.length && value != MAGIC[at]) {
            return Optional.of("there is no member");
        }
        if (at == METHOD_AT && value != DEFLATE) {
            return Optional.of("the compression method is " + value + ", not 8 (deflate)");
        }
        if (at == FLAGS_AT && (value & RESERVED_FLAGS) != 0) {
            return Optional.of("reserved flags are set");
        }
        flags = at == FLAGS_AT ? value : flags;
        return endIf(taken == FIXED_BYTES);
    }

    private Optional<String> extraLength(int at, int value) {
        extraBytes |= value << (at * Byte.SIZE);
        Optional<String> fine = endIf(taken == Short.BYTES);
        return part == Part.EXTRA && extraBytes == 0 ? endIf(true) : fine;
    }

    private Optional<String> checksum(int at, int value) {
        checksum |= value << (at * Byte.SIZE);
        if (taken == Short.BYTES && checksum != (sum.getValue() & 0xffff)) {
            return Optional.of("the checksum of a header does not match");
        }
        return endIf(taken == Short.BYTES);
    }

    /** Goes on to the next part that is there, at the end of one. */
    private Optional<String> endIf(boolean isEnd) {
        if (isEnd) {
            taken = 0;
            do {
                part = PARTS.get(PARTS.indexOf(part) + 1);
            } while (!part.isIn(flags));
        }
        return Optional.empty();
    }
}
