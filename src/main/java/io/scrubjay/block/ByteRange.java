// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.block;

/**
 * A half-open range of bytes, {@code [offset, offset + length)}. May be empty; never wraps.
 *
 * @param offset first byte, {@code >= 0}
 * @param length number of bytes, {@code >= 0}
 */
public record ByteRange(long offset, long length) {
    public ByteRange {
        if (offset < 0 || length < 0) {
            throw new IllegalArgumentException("negative range: " + offset + "+" + length);
        }
        Math.addExact(offset, length);
    }

    /** The range from {@code from} (inclusive) to {@code to} (exclusive). */
    public static ByteRange between(long from, long to) {
        return new ByteRange(from, to - from);
    }

    /** The first byte after the range. */
    public long end() {
        return offset + length;
    }

    public boolean isEmpty() {
        return length == 0;
    }

    /** The part that both ranges have in common; when they do not touch, an empty range at this range's nearer edge. */
    public ByteRange intersect(ByteRange other) {
        long from = Math.min(Math.max(offset, other.offset), end());
        long to = Math.max(from, Math.min(end(), other.end()));
        return between(from, to);
    }
}
