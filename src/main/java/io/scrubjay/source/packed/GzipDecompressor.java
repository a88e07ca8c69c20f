// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.source.packed;

import io.scrubjay.source.Compression;
import io.scrubjay.source.Decompressor;
import io.scrubjay.source.StreamOffset;
import io.scrubjay.source.StreamPiece;
import io.scrubjay.source.StreamSink;

import java.nio.ByteBuffer;
import java.util.zip.CRC32;
import java.util.zip.DataFormatException;
import java.util.zip.Inflater;

/**
 * {@link Compression#GZIP}: the members of a gzip file, one after the other; the result is as if they were one. Checks
 * the header's checksum, if there is one, and the trailer's: a CRC-32 and the low half of the length. Keeps the
 * inflater's window of 32 KiB, and one piece.
 */
final class GzipDecompressor implements Decompressor {
    private enum Part {
        HEADER,
        DEFLATED,
        TRAILER
    }

    /** The CRC-32 and the length, each in 32 bits, little-endian. */
    private static final int TRAILER_BYTES = 8;

    private static final long LOW_HALF = 0xffff_ffffL;

    private final Inflater inflater = new Inflater(true);
    private final ByteBuffer decoded = ByteBuffer.allocateDirect(FilePieces.BYTES_MAX);
    private final FilePieces pieces = new FilePieces();
    private final GzipHeader header = new GzipHeader();
    private final CRC32 sum = new CRC32();
    private StreamOffset end = StreamOffset.START;
    private Part part = Part.HEADER;
    private boolean hadMember;
    private long trailer;
    private int trailerBytes;

    @Override
    public void decode(StreamPiece sent, StreamSink file) {
        ByteBuffer bytes = sent.bytes().view();
        end = sent.end();
        while (bytes.hasRemaining()) {
            switch (part) {
                case HEADER -> takeHeader(bytes);
                case DEFLATED -> inflate(bytes, file);
                case TRAILER -> takeTrailer(bytes);
            }
        }
    }

    private void takeHeader(ByteBuffer bytes) {
        StreamOffset at = before(bytes);
        header.take(Byte.toUnsignedInt(bytes.get())).ifPresent(wrong -> {
            if (!header.isInMagic()) {
                throw PackedFault.damaged(Compression.GZIP, at, wrong);
            }
            throw hadMember ? PackedFault.followed(Compression.GZIP, at) : PackedFault.alien(Compression.GZIP);
        });
        if (header.isComplete()) {
            inflater.reset();
            sum.reset();
            part = Part.DEFLATED;
        }
    }

    private void inflate(ByteBuffer bytes, StreamSink file) {
        inflater.setInput(bytes);
        try {
            while (inflater.inflate(decoded.clear()) > 0) {
                decoded.flip();
                sum.update(decoded.duplicate());
                pieces.pass(decoded, file);
            }
        } catch (DataFormatException wrong) {
            throw PackedFault.damaged(Compression.GZIP, before(bytes), wrong.getMessage());
        }
        if (inflater.finished()) {
            trailer = 0;
            trailerBytes = 0;
            part = Part.TRAILER;
        } else if (bytes.hasRemaining()) {
            throw PackedFault.damaged(Compression.GZIP, before(bytes), "the deflated bytes need a dictionary");
        }
    }

    private void takeTrailer(ByteBuffer bytes) {
        trailer |= Byte.toUnsignedLong(bytes.get()) << (trailerBytes * Byte.SIZE);
        trailerBytes++;
        if (trailerBytes == TRAILER_BYTES) {
            requireTrailer(before(bytes));
            header.begin();
            hadMember = true;
            part = Part.HEADER;
        }
    }

    private void requireTrailer(StreamOffset at) {
        if ((trailer & LOW_HALF) != sum.getValue()) {
            throw PackedFault.damaged(Compression.GZIP, at, "the checksum of the decompressed bytes does not match");
        }
        if (trailer >>> Integer.SIZE != (inflater.getBytesWritten() & LOW_HALF)) {
            throw PackedFault.damaged(Compression.GZIP, at, "the length of the decompressed bytes does not match");
        }
    }

    /** The position of the next of these bytes in the stream. */
    private StreamOffset before(ByteBuffer bytes) {
        return new StreamOffset(end.bytes() - bytes.remaining());
    }

    @Override
    public void end(StreamSink file) {
        if (!hadMember || part != Part.HEADER || !header.isEmpty()) {
            throw PackedFault.cutShort(Compression.GZIP, end);
        }
    }

    @Override
    public void close() {
        inflater.end();
    }
}
