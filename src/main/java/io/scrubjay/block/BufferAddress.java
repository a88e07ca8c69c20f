// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.block;

import java.nio.ByteBuffer;

/**
 * The memory address of a direct buffer, for native functions, which take addresses instead of objects. A caller that
 * passes on an address keeps the buffer reachable until the native function has finished with it
 * ({@link java.lang.ref.Reference#reachabilityFence}).
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
