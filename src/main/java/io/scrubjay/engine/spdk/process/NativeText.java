// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.engine.spdk.process;

import io.scrubjay.block.BufferAddress;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/** Text for C: UTF-8 with a NUL at the end. The caller keeps this object reachable as long as C uses its address. */
public final class NativeText {
    private final ByteBuffer bytes;

    private NativeText(ByteBuffer bytes) {
        this.bytes = bytes;
    }

    /**
     * Copies a text, and adds a NUL.
     *
     * @throws IllegalArgumentException when the text contains a NUL
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

    /** The address of its first byte. */
    public long address() {
        return BufferAddress.of(bytes);
    }
}
