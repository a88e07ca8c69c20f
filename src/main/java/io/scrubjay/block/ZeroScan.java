// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.block;

import java.lang.ref.Reference;
import java.nio.ByteBuffer;

/**
 * Finds zeroes in buffers, at the speed of memory. Buffers are scanned from their position to their limit; neither is
 * changed. Direct buffers are scanned with the widest vectors the processor has, heap buffers by the JDK.
 *
 * <p>Thread-safe: has no state.
 */
public final class ZeroScan {
    /** The fastest variant this processor can run. */
    private static final int VARIANT = fastest();

    private static final ByteBuffer ZEROES = ByteBuffer.allocate(64 << 10).asReadOnlyBuffer();

    private ZeroScan() {}

    /** Whether the buffer holds nothing but zeroes; true for an empty one. */
    public static boolean isZero(ByteBuffer buffer) {
        return zeroPrefix(buffer, buffer.position(), buffer.remaining()) == buffer.remaining();
    }

    /** How many zero bytes the buffer begins with. */
    public static int zeroPrefix(ByteBuffer buffer) {
        return zeroPrefix(buffer, buffer.position(), buffer.remaining());
    }

    /**
     * The length of the blocks of zeroes at the front, in bytes. The last block may be short.
     *
     * @param blockBytes positive
     */
    public static int zeroBlocks(ByteBuffer buffer, int blockBytes) {
        requirePositive(blockBytes);
        int prefix = zeroPrefix(buffer);
        return prefix == buffer.remaining() ? prefix : prefix - prefix % blockBytes;
    }

    /**
     * The length of the blocks at the front that are not all zeroes, in bytes. The last block may be short.
     *
     * @param blockBytes positive
     */
    public static int dataBlocks(ByteBuffer buffer, int blockBytes) {
        requirePositive(blockBytes);
        int done = 0;
        while (done < buffer.remaining()) {
            int length = Math.min(blockBytes, buffer.remaining() - done);
            if (zeroPrefix(buffer, buffer.position() + done, length) == length) {
                break;
            }
            done += length;
        }
        return done;
    }

    private static int zeroPrefix(ByteBuffer buffer, int from, int length) {
        if (length == 0) {
            return 0;
        }
        if (!buffer.isDirect()) {
            return heapZeroPrefix(buffer.slice(from, length));
        }
        try {
            long address = BufferAddress.of(buffer) - buffer.position() + from;
            return (int) ScanNative.zeroPrefix(VARIANT, address, length);
        } finally {
            Reference.reachabilityFence(buffer);
        }
    }

    private static int heapZeroPrefix(ByteBuffer bytes) {
        while (bytes.hasRemaining()) {
            ByteBuffer zeroes = ZEROES.slice(0, Math.min(bytes.remaining(), ZEROES.capacity()));
            ByteBuffer part = bytes.slice(bytes.position(), zeroes.remaining());
            int mismatch = part.mismatch(zeroes);
            if (mismatch >= 0) {
                return bytes.position() + mismatch;
            }
            bytes.position(bytes.position() + zeroes.remaining());
        }
        return bytes.limit();
    }

    private static void requirePositive(int blockBytes) {
        if (blockBytes <= 0) {
            throw new IllegalArgumentException("a block has at least one byte, not " + blockBytes);
        }
    }

    private static int fastest() {
        int variant = ScanNative.variants() - 1;
        while (ScanNative.supported(variant) == 0) {
            variant--;
        }
        return variant;
    }
}
