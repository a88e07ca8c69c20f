// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.block;

import java.nio.ByteBuffer;

/**
 * Where a direct buffer lies in memory, for native functions, which take addresses and no objects. Whoever passes an
 * address on keeps the buffer reachable until the native function is done with it ({@link
 * java.lang.ref.Reference#reachabilityFence}).
 *
 * <p>Thread-safe: has no state.
 */
public final class BufferAddress {
    static {
        NativeLibrary.load("scrubjay");
    }

    private BufferAddress() {}

    /**
     * The address of the byte at the buffer's position.
     *
     * @throws IllegalArgumentException for a buffer that is not direct
     */
    public static long of(ByteBuffer direct) {
        if (!direct.isDirect()) {
            throw new IllegalArgumentException("only direct buffers have an address");
        }
        return base(direct) + direct.position();
    }

    private static native long base(ByteBuffer direct);
}
