// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.api.form;

import java.nio.ByteBuffer;

/**
 * Splits a form while it arrives, however its bytes are cut, and passes the contents of its parts on without a copy.
 * It keeps at most one head, or one delimiter that is not complete: some kibibytes.
 *
 * <p>This is code of our own because no decoder on the class path keeps a file byte for byte. Netty's
 * {@code HttpPostMultipartRequestDecoder} (4.1.138), on which Vert.x builds, streams and can do without a disk. But tried
 * with small forms, it took {@code LF--boundary} and a line that only begins with the boundary for the end of the file,
 * and dropped the rest of the file without an error; and when a form came byte by byte, it added a carriage return to
 * the file. A form that was cut ends without an error as well, unless somebody asks for the part that is incomplete,
 * which Vert.x does not; and Vert.x tells the fields only when the whole body is there.
 *
 * <p>Confined to one thread. After an exception it must not be used any more.
 */
public final class FormParser {
    /** INVARIANT I-7: how many bytes a form may have beside the contents of its parts. */
    static final int AROUND_BYTES_MAX = 64 << 10;

    private static final ByteBuffer NOTHING = ByteBuffer.allocate(0);

    private enum Place {
        PREAMBLE,
        HEAD,
        PART,
        EPILOGUE
    }

    private final Boundary boundary;
    private final Delimiter delimiter;
    private final DelimiterTail tail = new DelimiterTail();
    private final FormSink sink;
    private Place place = Place.PREAMBLE;
    private PartHeadReader head = new PartHeadReader();
    /** How many bytes of a delimiter have just come. */
    private int matched;
    /** How many of these have not really come, or have been the end of a head. */
    private int assumed;
    /** What was kept as the beginning of a delimiter, turned out to be content, and is not passed on yet. */
    private ByteBuffer late = NOTHING;

    private int aroundBytes;

    public FormParser(Boundary boundary, FormSink sink) {
        this.boundary = boundary;
        this.delimiter = new Delimiter(boundary);
        this.sink = sink;
        assumeLineBreak();
    }

    /**
     * Reads bytes of the form until there are none left, or until the sink has no room; the buffer's position then says
     * how many are read. Those that are left must be sent again.
     *
     * @throws io.scrubjay.refusal.RefusedException {@code invalid-request}, {@code unsupported-image} or {@code too-large} for a form that
     *     breaks a rule, and whatever the sink throws
     */
    public void take(ByteBuffer bytes) {
        while (passOn(late) && bytes.hasRemaining()) {
            if (place == Place.HEAD) {
                readHead(bytes);
            } else if (matched == delimiter.length()) {
                readTail(bytes);
            } else if (matched > 0) {
                match(bytes);
            } else if (!search(bytes)) {
                return;
            }
        }
    }

    /**
     * Tells that the body has ended.
     *
     * @throws io.scrubjay.refusal.RefusedException {@code upload-cut} if the form has not, {@code invalid-request} if it never began
     */
    public void finish() {
        boolean isLast = matched == delimiter.length() && tail.isLast();
        if (place == Place.EPILOGUE) {
            if (isLast) {
                throw FormTexts.boundaryAgain(boundary);
            }
        } else if (isLast) {
            endLine();
        } else {
            throw place == Place.PREAMBLE ? FormTexts.noBoundary(boundary) : FormTexts.cut(boundary);
        }
    }

    /** Passes text on to where it belongs; returns whether all of it was taken. */
    private boolean passOn(ByteBuffer text) {
        if (!text.hasRemaining()) {
            return true;
        }
        if (place == Place.PART) {
            sink.partBytes(text);
            return !text.hasRemaining();
        }
        count(text.remaining());
        text.position(text.limit());
        return true;
    }

    private void count(int bytes) {
        aroundBytes += bytes;
        if (aroundBytes > AROUND_BYTES_MAX) {
            throw FormTexts.tooMuchAround(AROUND_BYTES_MAX);
        }
    }

    /** The first delimiter needs no line break before it, nor does the one of an empty part. */
    private void assumeLineBreak() {
        matched = Delimiter.LINE_BREAK_BYTES;
        assumed = Delimiter.LINE_BREAK_BYTES;
    }

    private void readHead(ByteBuffer bytes) {
        while (bytes.hasRemaining()) {
            count(1);
            if (head.take(bytes.get())) {
                PartHead complete = head.head();
                head = new PartHeadReader();
                place = Place.PART;
                assumeLineBreak();
                sink.partBegins(complete);
                return;
            }
        }
    }

    /** Looks for the next delimiter; returns whether everything before it was taken. */
    private boolean search(ByteBuffer bytes) {
        int found = delimiter.find(bytes);
        ByteBuffer before = bytes.slice(bytes.position(), found - bytes.position());
        boolean all = passOn(before);
        bytes.position(bytes.position() + before.position());
        if (all) {
            matched = Math.min(delimiter.length(), bytes.remaining());
            bytes.position(bytes.position() + matched);
        }
        return all;
    }

    /** Goes on with a delimiter that has begun. */
    private void match(ByteBuffer bytes) {
        while (matched < delimiter.length() && bytes.hasRemaining()) {
            if (bytes.get(bytes.position()) != delimiter.at(matched)) {
                noDelimiter();
                return;
            }
            bytes.position(bytes.position() + 1);
            matched++;
        }
    }

    private void readTail(ByteBuffer bytes) {
        while (bytes.hasRemaining()) {
            byte next = bytes.get(bytes.position());
            switch (tail.take(next)) {
                case GOES_ON -> bytes.position(bytes.position() + 1);
                case LINE_ENDS -> {
                    bytes.position(bytes.position() + 1);
                    endLine();
                    return;
                }
                case NO_DELIMITER -> {
                    if (place == Place.PREAMBLE && next == '\n') {
                        throw FormTexts.lineFeedAlone();
                    }
                    noDelimiter();
                    return;
                }
            }
        }
    }

    private void noDelimiter() {
        late = delimiter.copy(assumed, matched, tail.bytes());
        forgetDelimiter();
    }

    private void endLine() {
        boolean isLast = tail.isLast();
        count(matched + tail.bytes().length);
        forgetDelimiter();
        Place before = place;
        place = isLast ? Place.EPILOGUE : Place.HEAD;
        if (isLast) {
            // Its line break may be that of another delimiter, which shows that this one is in the file.
            assumeLineBreak();
        }
        if (before == Place.EPILOGUE) {
            throw FormTexts.boundaryAgain(boundary);
        }
        if (before == Place.PART) {
            sink.partEnds();
        }
    }

    private void forgetDelimiter() {
        matched = 0;
        assumed = 0;
        tail.reset();
    }
}
