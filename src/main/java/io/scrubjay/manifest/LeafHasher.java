// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.manifest;

import io.scrubjay.block.ChunkGrid;
import io.scrubjay.block.Sha256;

import java.nio.ByteBuffer;
import java.util.List;
import java.util.zip.CRC32C;

/**
 * Computes leaves, one chunk after the other. Confined to one worker; reuses its hash functions.
 *
 * <p>Buffers may be direct or on the heap; they are hashed from position to limit, which are not changed.
 */
public final class LeafHasher {
    /** How many bytes go to both hash functions at a time, so that each byte is loaded from memory once. */
    private static final int STEP_BYTES = 64 << 10;

    private static final ThreadLocal<LeafHasher> OF_THREAD = ThreadLocal.withInitial(LeafHasher::new);

    private final Sha256 sha256 = Sha256.create();
    private final CRC32C crc32c = new CRC32C();

    /** The hasher of the calling thread. */
    public static LeafHasher ofThread() {
        return OF_THREAD.get();
    }

    /**
     * The leaf of one chunk.
     *
     * @throws IllegalArgumentException when the buffer is empty, or longer than a chunk
     */
    public Leaf leaf(ByteBuffer chunk) {
        return leaf(List.of(chunk));
    }

    /**
     * The leaf of one chunk that is spread over several buffers.
     *
     * @throws IllegalArgumentException when all of them are empty, or when together they are longer than a chunk
     */
    public Leaf leaf(List<ByteBuffer> parts) {
        requireChunk(parts);
        crc32c.reset();
        for (ByteBuffer part : parts) {
            for (int at = part.position(); at < part.limit(); at += STEP_BYTES) {
                ByteBuffer step = part.slice(at, Math.min(STEP_BYTES, part.limit() - at));
                sha256.update(step);
                crc32c.update(step);
            }
        }
        return Leaf.of(sha256.digest(), (int) crc32c.getValue());
    }

    /**
     * Only the CRC-32C of one chunk, which a light scrub compares.
     *
     * @throws IllegalArgumentException as {@link #leaf(ByteBuffer)}
     */
    public int crc32c(ByteBuffer chunk) {
        requireChunk(List.of(chunk));
        crc32c.reset();
        crc32c.update(chunk.duplicate());
        return (int) crc32c.getValue();
    }

    private static void requireChunk(List<ByteBuffer> parts) {
        long length = 0;
        for (ByteBuffer part : parts) {
            length += part.remaining();
        }
        if (length <= 0 || length > ChunkGrid.CHUNK_BYTES) {
            throw new IllegalArgumentException("a chunk has 1 to " + ChunkGrid.CHUNK_BYTES + " bytes, not " + length);
        }
    }
}
