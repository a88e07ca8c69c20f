// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.block;

import java.util.Objects;

/**
 * How a logical length divides into chunks of 1 MiB: chunk {@code n} starts at byte {@code n} MiB, and only the last
 * one may be shorter. Independent of any cluster size.
 *
 * @param lengthBytes logical length, {@code >= 0}
 */
public record ChunkGrid(long lengthBytes) {
    /** The size of every chunk, except the last one, which may be shorter. */
    public static final int CHUNK_BYTES = 1 << 20;

    public ChunkGrid {
        if (lengthBytes < 0) {
            throw new IllegalArgumentException("negative length: " + lengthBytes);
        }
    }

    /** Number of chunks; 0 for an empty length. */
    public long count() {
        return lengthBytes / CHUNK_BYTES + (lengthBytes % CHUNK_BYTES == 0 ? 0 : 1);
    }

    /** The chunk that holds this byte. */
    public static long chunkOf(long offsetBytes) {
        return offsetBytes / CHUNK_BYTES;
    }

    /** The bytes of one chunk, cut at the end of the volume. */
    public ByteRange range(long chunk) {
        Objects.checkIndex(chunk, count());
        long offset = chunk * CHUNK_BYTES;
        return new ByteRange(offset, Math.min(CHUNK_BYTES, lengthBytes - offset));
    }
}
