package io.scrubjay.manifest;

import io.scrubjay.block.ChunkGrid;
import io.scrubjay.block.DigestAlgorithm;

import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.util.List;
import java.util.zip.CRC32C;

/**
 * Computes leaves, one chunk after the other. Confined to one worker; keeps its hash functions and one small array.
 *
 * <p>Buffers may be direct or of the heap; their bytes from position to limit are meant, and both stay as they are.
 */
public final class LeafHasher {
    /**
     * Direct memory goes through an array of this size to both hash functions, so that each byte comes from memory
     * once. That is 5 % faster than handing the buffer to one and then to the other, and as fast as an array of the
     * heap; from 4 to 64 KiB the size makes no difference that {@code LeafHasherBench} could tell from noise.
     */
    private static final int STEP_BYTES = 16 << 10;

    private static final ThreadLocal<LeafHasher> OF_THREAD = ThreadLocal.withInitial(LeafHasher::new);

    private final MessageDigest sha256 = DigestAlgorithm.SHA_256.newHash();
    private final CRC32C crc32c = new CRC32C();
    private final byte[] step = new byte[STEP_BYTES];

    /** The calling thread's own. */
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
     * The leaf of one chunk that lies in several buffers.
     *
     * @throws IllegalArgumentException when they are empty together, or longer than a chunk
     */
    public Leaf leaf(List<ByteBuffer> parts) {
        requireChunk(parts);
        sha256.reset();
        crc32c.reset();
        for (ByteBuffer part : parts) {
            if (part.hasArray()) {
                int offset = part.arrayOffset() + part.position();
                sha256.update(part.array(), offset, part.remaining());
                crc32c.update(part.array(), offset, part.remaining());
            } else {
                throughStep(part);
            }
        }
        return Leaf.of(sha256.digest(), (int) crc32c.getValue());
    }

    /**
     * Only the CRC-32C of one chunk: what a light scrub compares.
     *
     * @throws IllegalArgumentException as {@link #leaf(ByteBuffer)}
     */
    public int crc32c(ByteBuffer chunk) {
        requireChunk(List.of(chunk));
        crc32c.reset();
        crc32c.update(chunk.duplicate());
        return (int) crc32c.getValue();
    }

    private void throughStep(ByteBuffer part) {
        int end = part.limit();
        for (int at = part.position(); at < end; at += STEP_BYTES) {
            int length = Math.min(STEP_BYTES, end - at);
            part.get(at, step, 0, length);
            sha256.update(step, 0, length);
            crc32c.update(step, 0, length);
        }
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
