// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.flow;

import java.nio.ByteBuffer;

/**
 * A window of a stream on its way to the device. Its bytes are read-only until its holder has a use for it of his own.
 *
 * @param window the buffer
 * @param offsetBytes where its first byte from the sender belongs
 * @param lengthBytes how many of its bytes came from the sender
 */
public record FilledWindow(Window window, long offsetBytes, int lengthBytes) {
    /** The sender's bytes of a window that was filled from its beginning on, as a view of its own. */
    public ByteBuffer payload() {
        return window.slice(0, lengthBytes);
    }
}
