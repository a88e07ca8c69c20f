package io.scrubjay.ingest;

import io.scrubjay.image.Window;

import java.nio.ByteBuffer;

/**
 * A window of the stream on its way through an ingest. Its bytes are read-only.
 *
 * @param window the buffer
 * @param offsetBytes where in the stream it begins
 * @param lengthBytes how many of its bytes came from the sender
 */
record FilledWindow(Window window, long offsetBytes, int lengthBytes) {
    /** The sender's bytes, as a view of its own. */
    ByteBuffer payload() {
        return window.slice(0, lengthBytes);
    }
}
