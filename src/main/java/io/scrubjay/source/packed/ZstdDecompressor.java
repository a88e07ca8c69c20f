// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.source.packed;

import com.github.luben.zstd.Zstd;
import com.github.luben.zstd.ZstdDecompressCtx;
import com.github.luben.zstd.ZstdException;
import io.scrubjay.block.ByteSize;
import io.scrubjay.refusal.Refusal;
import io.scrubjay.refusal.RefusedException;
import io.scrubjay.source.Compression;
import io.scrubjay.source.Decompressor;
import io.scrubjay.source.MemoryBudget;
import io.scrubjay.source.StreamOffset;
import io.scrubjay.source.StreamPiece;
import io.scrubjay.source.StreamSink;

import java.nio.ByteBuffer;

/**
 * {@link Compression#ZSTD}: the frames of a zstd file, one after the other; skippable frames are skipped. Keeps one
 * piece of each side, and a window outside the heap, of {@value #WINDOW_BYTES_MAX} bytes at most: that is
 * {@code zstd --long=27}. Reads the header of each frame itself, since zstd's own error says neither of the two sizes.
 */
final class ZstdDecompressor implements Decompressor {
    /** The largest window that decoders are asked to support without an option, and that zstd's own supports. */
    static final long WINDOW_BYTES_MAX = 1L << 27;

    private enum Part {
        HEADER,
        FRAME,
        SKIPPED
    }

    private final MemoryBudget.Share memory;
    private final ZstdDecompressCtx context = new ZstdDecompressCtx();
    /** The C code takes memory outside the heap; the sent bytes may be elsewhere. */
    private final ByteBuffer packed = ByteBuffer.allocateDirect(FilePieces.BYTES_MAX);

    private final ByteBuffer decoded = ByteBuffer.allocateDirect(FilePieces.BYTES_MAX);
    private final FilePieces pieces = new FilePieces();
    private final ZstdFrameHeader header = new ZstdFrameHeader();
    private StreamOffset end = StreamOffset.START;
    private Part part = Part.HEADER;
    private boolean hadFrame;
    private long toSkipBytes;

    /** @param memory for the window; closed with this object */
    ZstdDecompressor(MemoryBudget.Share memory) {
        this.memory = memory;
    }

    @Override
    public void decode(StreamPiece sent, StreamSink file) {
        ByteBuffer bytes = sent.bytes().view();
        end = sent.end();
        while (bytes.hasRemaining()) {
            switch (part) {
                case HEADER -> takeHeader(bytes);
                case FRAME -> decodeFrame(bytes, file);
                case SKIPPED -> skip(bytes);
            }
        }
    }

    private void takeHeader(ByteBuffer bytes) {
        header.take(bytes.get());
        StreamOffset at =
                new StreamOffset(before(bytes).bytes() - header.bytes().remaining());
        switch (header.kind()) {
            case UNKNOWN -> {
                // Its magic is not complete.
            }
            case FRAME -> {
                if (header.isComplete()) {
                    begin(at);
                }
            }
            case SKIPPABLE -> {
                if (header.isComplete()) {
                    toSkipBytes = header.skippedBytes();
                    part = toSkipBytes == 0 ? nextHeader() : Part.SKIPPED;
                }
            }
            case LZ4 ->
                throw PackedFault.unsupported(
                        Compression.ZSTD, at, "an lz4 frame; send it unpacked: 'lz4 -dc FILE | curl -T - URL'");
            case OTHER ->
                throw hadFrame ? PackedFault.followed(Compression.ZSTD, at) : PackedFault.alien(Compression.ZSTD);
        }
    }

    private Part nextHeader() {
        header.begin();
        hadFrame = true;
        return Part.HEADER;
    }

    /** Begins a frame: its header is the first that zstd gets of it. */
    private void begin(StreamOffset at) {
        if (header.dictionaryId() != 0) {
            throw PackedFault.unsupported(
                    Compression.ZSTD,
                    at,
                    "the dictionary " + header.dictionaryId() + ", which is not in the file; compress it without '-D'");
        }
        long window = header.windowBytes();
        long windowMax = Math.min(WINDOW_BYTES_MAX, memory.bytesMax());
        if (window < 0 || window > windowMax) {
            throw PackedFault.unsupported(
                    Compression.ZSTD,
                    at,
                    "a window of " + (window < 0 ? "more than 8192P" : new ByteSize(window).toString())
                            + "; the agent allows " + new ByteSize(windowMax)
                            + ": compress it with '--long=27' or less");
        }
        memory.reach(window);
        packed.clear().put(header.bytes()).flip();
        part = Part.FRAME;
        ByteBuffer none = decoded.clear();
        step(none, at);
    }

    private void decodeFrame(ByteBuffer bytes, StreamSink file) {
        int count = Math.min(bytes.remaining(), packed.capacity());
        packed.clear().put(bytes.slice(bytes.position(), count)).flip();
        StreamOffset at = before(bytes);
        bytes.position(bytes.position() + count);
        boolean isFull = true;
        boolean isEnd = false;
        while (!isEnd && (isFull || packed.hasRemaining())) {
            isEnd = step(decoded.clear(), at);
            isFull = !decoded.hasRemaining();
            pieces.pass(decoded.flip(), file);
        }
        if (isEnd) {
            bytes.position(bytes.position() - packed.remaining());
            part = nextHeader();
        }
    }

    /** Decodes until the output is full or the input is empty; returns whether the frame has ended. */
    private boolean step(ByteBuffer output, StreamOffset at) {
        try {
            return context.decompressDirectByteBufferStream(output, packed);
        } catch (ZstdException wrong) {
            if (wrong.getErrorCode() == Zstd.errMemoryAllocation()) {
                throw new RefusedException(
                        Refusal.BUSY, "there is no memory to decompress this zstd file; try again later", wrong);
            }
            throw PackedFault.damaged(Compression.ZSTD, at.plus(packed.position()), wrong.getMessage());
        }
    }

    private void skip(ByteBuffer bytes) {
        int count = (int) Math.min(bytes.remaining(), toSkipBytes);
        bytes.position(bytes.position() + count);
        toSkipBytes -= count;
        if (toSkipBytes == 0) {
            part = nextHeader();
        }
    }

    /** The position of the next of these bytes in the stream. */
    private StreamOffset before(ByteBuffer bytes) {
        return new StreamOffset(end.bytes() - bytes.remaining());
    }

    @Override
    public void end(StreamSink file) {
        if (!hadFrame || part != Part.HEADER || !header.isEmpty()) {
            throw PackedFault.cutShort(Compression.ZSTD, end);
        }
    }

    @Override
    public void close() {
        context.close();
        memory.close();
    }
}
