// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.gate;

import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;

/**
 * One request over HTTP/2, frame by frame, with heads and trailers that no client would send. Confined to one thread.
 */
public final class Http2Frames implements AutoCloseable {
    private static final String PREFACE = "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n";
    private static final int PATIENCE_MILLIS = 60_000;
    private static final int DATA = 0;
    private static final int HEADERS = 1;
    private static final int RST_STREAM = 3;
    private static final int SETTINGS = 4;
    private static final short INITIAL_WINDOW_SIZE = 4;
    private static final int GOAWAY = 7;
    private static final int WINDOW_UPDATE = 8;
    private static final int CONTINUATION = 9;
    private static final int ACK_OR_END_STREAM = 1;
    private static final int END_HEADERS = 4;
    private static final int FRAME_BYTES_MAX = 16_384;
    private static final int SHOWN_MAX = 1_000;

    private final Socket socket;
    private final DataOutputStream output;
    private final DataInputStream input;

    /** On a connection that is for HTTP/2. */
    public Http2Frames(Socket connection) {
        this(connection, new byte[0]);
    }

    /** The same, by a client that takes no bytes of any answer before it says so. */
    public static Http2Frames takingNothing(Socket connection) {
        return new Http2Frames(
                connection,
                ByteBuffer.allocate(Short.BYTES + Integer.BYTES)
                        .putShort(INITIAL_WINDOW_SIZE)
                        .array());
    }

    private Http2Frames(Socket connection, byte[] settings) {
        try {
            socket = connection;
            socket.setSoTimeout(PATIENCE_MILLIS);
            output = new DataOutputStream(socket.getOutputStream());
            input = new DataInputStream(socket.getInputStream());
            output.write(PREFACE.getBytes(StandardCharsets.US_ASCII));
            frame(SETTINGS, 0, 0, settings);
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    /** What a request begins with: names and values in turn. */
    public static List<String> head(String method, String path) {
        return List.of(":method", method, ":scheme", "http", ":path", path, ":authority", "x");
    }

    public Http2Frames head(List<String> fields) {
        return fields(fields, 0);
    }

    public Http2Frames body(String text) {
        return send(DATA, 0, text.getBytes(StandardCharsets.US_ASCII));
    }

    /** Fields behind a body, or a head without one: the request ends with them. */
    public Http2Frames last(List<String> fields) {
        return fields(fields, ACK_OR_END_STREAM);
    }

    /** Takes so many more bytes of the answer than until now. */
    public Http2Frames open(int bytes) {
        byte[] increment = ByteBuffer.allocate(Integer.BYTES).putInt(bytes).array();
        try {
            frame(WINDOW_UPDATE, 0, 0, increment);
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
        return send(WINDOW_UPDATE, 0, increment);
    }

    private Http2Frames fields(List<String> fields, int flags) {
        byte[] block = block(fields);
        int first = Math.min(block.length, FRAME_BYTES_MAX);
        send(HEADERS, flags | (first == block.length ? END_HEADERS : 0), slice(block, 0, first));
        for (int from = first; from < block.length; from += FRAME_BYTES_MAX) {
            int to = Math.min(block.length, from + FRAME_BYTES_MAX);
            send(CONTINUATION, to == block.length ? END_HEADERS : 0, slice(block, from, to));
        }
        return this;
    }

    private static byte[] slice(byte[] bytes, int from, int to) {
        return Arrays.copyOfRange(bytes, from, to);
    }

    /** RFC 7541, section 6.2.2: literals that nobody keeps. */
    private static byte[] block(List<String> fields) {
        ByteArrayOutputStream block = new ByteArrayOutputStream();
        for (int i = 0; i < fields.size(); i += 2) {
            block.write(0);
            text(block, fields.get(i));
            text(block, fields.get(i + 1));
        }
        return block.toByteArray();
    }

    private static void text(ByteArrayOutputStream block, String text) {
        int rest = text.length();
        if (rest < 127) {
            block.write(rest);
        } else {
            block.write(127);
            rest -= 127;
            while (rest >= 128) {
                block.write(rest % 128 + 128);
                rest /= 128;
            }
            block.write(rest);
        }
        block.writeBytes(text.getBytes(StandardCharsets.US_ASCII));
    }

    private Http2Frames send(int type, int flags, byte[] payload) {
        try {
            frame(type, flags, 1, payload);
            return this;
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    private void frame(int type, int flags, int stream, byte[] payload) throws IOException {
        output.writeByte(payload.length >> 16);
        output.writeShort(payload.length);
        output.writeByte(type);
        output.writeByte(flags);
        output.writeInt(stream);
        output.write(payload);
        output.flush();
    }

    /** The body of the whole answer; fails when the request or the connection is cut before its end. */
    public String answer() {
        StringBuilder body = new StringBuilder();
        try {
            while (true) {
                int length = (input.readUnsignedByte() << 16) + input.readUnsignedShort();
                int type = input.readUnsignedByte();
                int flags = input.readUnsignedByte();
                int stream = input.readInt();
                byte[] payload = input.readNBytes(length);
                if (type == GOAWAY || type == RST_STREAM) {
                    int error = ByteBuffer.wrap(payload).getInt(type == GOAWAY ? Integer.BYTES : 0);
                    throw new AssertionError(
                            "the agent has cut the request with error " + error + " after " + body.length()
                                    + " characters: '" + body.substring(0, Math.min(SHOWN_MAX, body.length())) + "'");
                }
                if (type == DATA) {
                    body.append(new String(payload, StandardCharsets.UTF_8));
                }
                if (stream == 1 && type <= HEADERS && (flags & ACK_OR_END_STREAM) != 0) {
                    return body.toString();
                }
            }
        } catch (IOException failed) {
            throw new UncheckedIOException("after '" + body + "'", failed);
        }
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
