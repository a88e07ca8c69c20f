// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.api.form;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** Keeps the parts of a form, and takes as many bytes at once as a test says. Confined to one thread. */
final class RecordedParts implements FormSink {
    /**
     * A complete part.
     *
     * @param content one character for each byte
     */
    record Part(String name, String content) {}

    private final List<Part> parts = new ArrayList<>();
    private final ByteArrayOutputStream content = new ByteArrayOutputStream();
    private final int roomBytes;
    private String name = "";

    /**
     * @param roomBytes how many bytes it takes of each piece
     */
    RecordedParts(int roomBytes) {
        this.roomBytes = roomBytes;
    }

    /** The parts of a form that comes in pieces of this length; pieces are sent again until all of them is taken. */
    static List<Part> of(String boundary, String form, int pieceBytes, int roomBytes) {
        RecordedParts sink = new RecordedParts(roomBytes);
        FormParser parser = new FormParser(new Boundary(boundary), sink);
        byte[] bytes = form.getBytes(StandardCharsets.ISO_8859_1);
        for (int at = 0; at < bytes.length; at += pieceBytes) {
            sendAll(parser, ByteBuffer.wrap(bytes, at, Math.min(pieceBytes, bytes.length - at)));
        }
        parser.finish();
        return sink.parts();
    }

    static void sendAll(FormParser parser, ByteBuffer piece) {
        while (piece.hasRemaining()) {
            parser.take(piece);
        }
    }

    List<Part> parts() {
        return List.copyOf(parts);
    }

    @Override
    public void partBegins(PartHead head) {
        name = head.name();
    }

    @Override
    public void partBytes(ByteBuffer bytes) {
        if (!bytes.hasRemaining()) {
            throw new AssertionError("no bytes");
        }
        for (int i = 0; i < roomBytes && bytes.hasRemaining(); i++) {
            content.write(bytes.get());
        }
    }

    @Override
    public void partEnds() {
        parts.add(new Part(name, content.toString(StandardCharsets.ISO_8859_1)));
        content.reset();
    }
}
