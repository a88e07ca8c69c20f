// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.block;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;

/**
 * Computes the content digest, {@code scrubjay1:<hex>}: SHA-256 over the ten ASCII bytes {@code scrubjay1\n}, the
 * length as an unsigned 64-bit big-endian number, the chunk size 1048576 as an unsigned 32-bit big-endian number, and
 * the SHA-256 of every chunk in order, zero chunks included. It depends only on the logical bytes: not on the uploaded
 * format, the cluster size or how a stream was split into buffers.
 *
 * <p>Feed every chunk exactly once in ascending order, data by {@link #leaf}, zeroes by {@link #zeroChunks}, then
 * {@link #finish}. Confined to one thread.
 */
public final class ContentDigest {
    private static final byte[] PREFIX = "scrubjay1\n".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] ZERO_CHUNK_SHA256 =
            DigestAlgorithm.SHA_256.newHash().digest(new byte[ChunkGrid.CHUNK_BYTES]);

    private final MessageDigest hash = DigestAlgorithm.SCRUBJAY1.newHash();
    private final ChunkGrid grid;
    private long nextChunk;

    private ContentDigest(ChunkGrid grid) {
        this.grid = grid;
        hash.update(PREFIX);
        hash.update(ByteBuffer.allocate(Long.BYTES + Integer.BYTES)
                .putLong(grid.lengthBytes())
                .putInt(ChunkGrid.CHUNK_BYTES)
                .flip());
    }

    /** Starts the digest of content with this many bytes. */
    public static ContentDigest ofLength(long lengthBytes) {
        return new ContentDigest(new ChunkGrid(lengthBytes));
    }

    /** The index of the next chunk to be added. */
    public long nextChunk() {
        return nextChunk;
    }

    /** Adds the SHA-256 of the next chunk. */
    public void leaf(byte[] sha256) {
        if (sha256.length != DigestAlgorithm.SHA_256.lengthBytes()) {
            throw new IllegalArgumentException("a leaf has 32 bytes, not " + sha256.length);
        }
        if (nextChunk >= grid.count()) {
            throw new IllegalStateException("more leaves than the " + grid.count() + " chunks of the content");
        }
        hash.update(sha256);
        nextChunk++;
    }

    /** Adds chunks of zeroes up to chunk {@code end}, exclusive; nothing if that chunk is already the next one. */
    public void zeroChunks(long end) {
        while (nextChunk < end) {
            leaf(zeroLeaf(Math.toIntExact(grid.range(nextChunk).length())));
        }
    }

    /** Ends the digest; chunks that were not added count as zeroes. The object cannot be used afterwards. */
    public Digest finish() {
        zeroChunks(grid.count());
        return Digest.finish(DigestAlgorithm.SCRUBJAY1, hash);
    }

    private static byte[] zeroLeaf(int lengthBytes) {
        return lengthBytes == ChunkGrid.CHUNK_BYTES
                ? ZERO_CHUNK_SHA256
                : DigestAlgorithm.SHA_256.newHash().digest(new byte[lengthBytes]);
    }
}
