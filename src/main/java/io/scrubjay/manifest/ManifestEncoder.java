// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.manifest;

import io.scrubjay.block.DigestAlgorithm;

import java.nio.ByteBuffer;
import java.security.MessageDigest;

/**
 * Encodes a manifest into its stored bytes, piece by piece, without holding all of them in memory. The same manifest
 * always has the same bytes. Confined to one thread.
 */
public final class ManifestEncoder implements StoredBytes {
    private static final int RUNS_AT_ONCE = 1024;
    private static final ByteBuffer NOTHING = ByteBuffer.allocate(0);

    private final MessageDigest hash = DigestAlgorithm.SHA_256.newHash();
    private final LeafTable leaves;
    private final long totalBytes;
    /** Encoded bytes that have not been returned yet: first the head, then some runs at a time. */
    private ByteBuffer ready;

    private ByteBuffer trailer = NOTHING;
    private int nextRun;
    private int leafBytesGiven;
    private boolean hashed;

    public ManifestEncoder(Manifest manifest) {
        StoredHeader head = StoredHeader.of(manifest);
        leaves = manifest.leaves();
        ready = head.encode();
        totalBytes = head.totalBytes(ready.remaining());
    }

    /** The largest number of bytes that a manifest with this many leaves can have. */
    public static long totalBytesMax(long leafCount) {
        return StoredHeader.HEAD_BYTES_MAX
                + leafCount * (StoredHeader.RUN_BYTES + Leaf.BYTES)
                + StoredHeader.TRAILER_BYTES;
    }

    /** How many bytes there are in all. */
    @Override
    public long totalBytes() {
        return totalBytes;
    }

    /** Puts the next bytes into the target, until it is full or there are no more; returns how many were put. */
    @Override
    public int encode(ByteBuffer target) {
        int from = target.position();
        give(ready, target);
        while (target.hasRemaining() && nextRun < leaves.runCount()) {
            ready = nextRuns();
            give(ready, target);
        }
        int leafBytes = ready.hasRemaining() || nextRun < leaves.runCount()
                ? 0
                : Math.min(target.remaining(), leaves.packedBytes() - leafBytesGiven);
        leaves.copyPacked(leafBytesGiven, target, leafBytes);
        leafBytesGiven += leafBytes;
        if (!hashed) {
            hash.update(target.duplicate().flip().position(from));
        }
        if (!hashed
                && !ready.hasRemaining()
                && nextRun == leaves.runCount()
                && leafBytesGiven == leaves.packedBytes()) {
            hashed = true;
            trailer = ByteBuffer.wrap(hash.digest());
        }
        give(trailer, target);
        return target.position() - from;
    }

    private ByteBuffer nextRuns() {
        int count = Math.min(RUNS_AT_ONCE, leaves.runCount() - nextRun);
        FieldWriter runs = new FieldWriter(count * StoredHeader.RUN_BYTES);
        for (int end = nextRun + count; nextRun < end; nextRun++) {
            runs.u64(leaves.runFirstChunk(nextRun)).u32(leaves.runLength(nextRun));
        }
        return runs.written();
    }

    private static void give(ByteBuffer source, ByteBuffer target) {
        int length = Math.min(source.remaining(), target.remaining());
        target.put(source.slice(source.position(), length));
        source.position(source.position() + length);
    }
}
