// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.source;

import java.nio.ByteBuffer;

/** Lends the bytes between the position and the limit of a buffer, neither of which may change meanwhile. */
public record LentBuffer(ByteBuffer bytes) implements LentBytes {
    @Override
    public ByteBuffer view() {
        return bytes.slice().asReadOnlyBuffer();
    }

    @Override
    public int length() {
        return bytes.remaining();
    }

    @Override
    public LentBytes slice(int from, int length) {
        return new LentBuffer(view().slice(from, length));
    }
}
