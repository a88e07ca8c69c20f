// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.gate;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.nio.charset.StandardCharsets;

/** A connection on which exactly those bytes are sent that a test wants. Confined to one thread. */
public final class RawConnection implements AutoCloseable {
    private static final int PATIENCE_MILLIS = 60_000;

    private final Socket socket;

    public RawConnection(URI agent) {
        try {
            socket = new Socket(agent.getHost(), agent.getPort());
            socket.setSoTimeout(PATIENCE_MILLIS);
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    public RawConnection send(String text) {
        try {
            socket.getOutputStream().write(text.getBytes(StandardCharsets.US_ASCII));
            return this;
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    /** What comes up to and including a text; fails when it does not come. */
    public String readUntil(String last) {
        StringBuilder answer = new StringBuilder();
        try {
            while (answer.indexOf(last) < 0) {
                int next = socket.getInputStream().read();
                if (next < 0) {
                    throw new AssertionError("the agent has closed the connection after " + answer);
                }
                answer.append((char) next);
            }
        } catch (IOException failed) {
            throw new UncheckedIOException("after " + answer, failed);
        }
        return answer.toString();
    }

    /** Says that nothing more will be sent. */
    public RawConnection endSending() {
        try {
            socket.shutdownOutput();
            return this;
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    /** Ends the connection as a machine that has lost its power does once it is back: whatever is under way is lost. */
    public void reset() {
        try {
            socket.setSoLinger(true, 0);
            socket.close();
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    /** What comes until the agent closes the connection; fails when it does not. */
    public String readToTheEnd() {
        StringBuilder answer = new StringBuilder();
        try {
            InputStream input = socket.getInputStream();
            for (int next = input.read(); next >= 0; next = input.read()) {
                answer.append((char) next);
            }
        } catch (SocketTimeoutException open) {
            throw new AssertionError("the agent has not closed the connection after " + answer, open);
        } catch (IOException reset) {
            // As good as closed.
        }
        return answer.toString();
    }

    @Override
    public void close() {
        try {
            socket.close();
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }
}
