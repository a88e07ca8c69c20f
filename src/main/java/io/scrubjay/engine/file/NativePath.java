// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.engine.file;

import io.scrubjay.block.BufferAddress;

import java.lang.ref.Reference;
import java.nio.ByteBuffer;
import java.nio.charset.Charset;
import java.nio.file.Path;
import java.util.function.LongUnaryOperator;

/** A path for native functions: its bytes and a NUL. Immutable; thread-safe. */
final class NativePath {
    // The encoding in which the JDK itself passes a Path to the system.
    private static final Charset ENCODING = Charset.forName(System.getProperty("sun.jnu.encoding", "UTF-8"));

    private final ByteBuffer bytes;

    private NativePath(ByteBuffer bytes) {
        this.bytes = bytes;
    }

    static NativePath of(Path path) {
        byte[] text = path.toString().getBytes(ENCODING);
        return new NativePath(ByteBuffer.allocateDirect(text.length + 1)
                .put(text)
                .put((byte) 0)
                .flip());
    }

    /** Calls a native function with the path's address. */
    long pass(LongUnaryOperator function) {
        try {
            return function.applyAsLong(BufferAddress.of(bytes));
        } finally {
            Reference.reachabilityFence(bytes);
        }
    }
}
