// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.engine.spdk.process;

import io.scrubjay.block.BufferAddress;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/** Text as C wants it: UTF-8 with a NUL at the end. Whoever passes the address on keeps this object reachable. */
public final class NativeText {
    private final ByteBuffer bytes;

    private NativeText(ByteBuffer bytes) {
        this.bytes = bytes;
    }

    /**
     * A text with a NUL behind it, as C takes it.
     *
     * @throws IllegalArgumentException when there is a NUL inside
     */
    public static NativeText of(String text) {
        if (text.indexOf('\0') >= 0) {
            throw new IllegalArgumentException("text with a NUL in it");
        }
        byte[] utf8 = text.getBytes(StandardCharsets.UTF_8);
        return new NativeText(ByteBuffer.allocateDirect(utf8.length + 1)
                .put(utf8)
                .put((byte) 0)
                .flip());
    }

    /** Where it begins in memory. */
    public long address() {
        return BufferAddress.of(bytes);
    }
}
