// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.source.packed;

import io.scrubjay.block.ByteSize;
import io.scrubjay.refusal.RefusedException;
import io.scrubjay.source.Compression;
import io.scrubjay.source.Decompressor;
import io.scrubjay.source.MemoryBudget;
import io.scrubjay.source.StreamOffset;
import io.scrubjay.source.StreamPiece;
import io.scrubjay.source.StreamSink;
import org.tukaani.xz.MemoryLimitException;
import org.tukaani.xz.UnsupportedOptionsException;
import org.tukaani.xz.XZFormatException;
import org.tukaani.xz.XZInputStream;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.util.Optional;
import java.util.concurrent.Executor;

/**
 * {@link Compression#XZ}: the streams of an xz file, one after the other, with padding between and after them; every
 * check that the format has is checked. XZ for Java pulls its input, so it runs on a {@link DecodingThread}. Reading
 * the container here, to push whole chunks of it into the library, would spare the thread, but the library's filters
 * for executables read ahead of a chunk.
 *
 * <p>Keeps one piece, and a dictionary in the heap for as long as the budget has memory for it. Of the decoded bytes,
 * less than one piece waits for more input, or for the end.
 */
final class XzDecompressor implements Decompressor {
    private static final int KIBIBYTE = 1 << 10;

    private final MemoryBudget.Share memory;
    private final DecodingThread thread;
    private final FilePieces pieces = new FilePieces();

    /**
     * @param threads gives a thread at once
     * @param memory for the dictionary; closed with this object
     */
    XzDecompressor(Executor threads, MemoryBudget.Share memory) {
        this.memory = memory;
        this.thread = new DecodingThread(threads, this::run);
    }

    private void run(InputStream sent, DecodingThread.Output output) throws IOException {
        int limitKibibytes = (int) Math.min(memory.bytesMax() / KIBIBYTE, Integer.MAX_VALUE);
        byte[] piece = new byte[FilePieces.BYTES_MAX];
        try (XZInputStream file = new XZInputStream(sent, limitKibibytes, new XzDictionaries(memory))) {
            int count = file.read(piece);
            while (count >= 0) {
                output.take(ByteBuffer.wrap(piece, 0, count));
                count = file.read(piece);
            }
        }
    }

    @Override
    public void decode(StreamPiece sent, StreamSink file) {
        refuse(thread.push(sent.bytes().view(), decoded -> pieces.pass(decoded, file)));
    }

    @Override
    public void end(StreamSink file) {
        refuse(thread.finish(decoded -> pieces.pass(decoded, file)));
    }

    private void refuse(Optional<Throwable> failure) {
        if (failure.isPresent()) {
            throw refusal(failure.get());
        }
    }

    private RuntimeException refusal(Throwable failure) {
        StreamOffset at = new StreamOffset(thread.inputBytes());
        if (failure instanceof MemoryLimitException tooLarge) {
            return PackedFault.unsupported(
                    Compression.XZ,
                    at,
                    "a dictionary for which " + kibibytes(tooLarge.getMemoryNeeded())
                            + " of memory are necessary; the agent allows " + kibibytes(tooLarge.getMemoryLimit())
                            + ": compress it with a smaller dictionary, as 'xz -6' does");
        }
        if (failure instanceof XZFormatException) {
            return PackedFault.alien(Compression.XZ);
        }
        if (failure instanceof UnsupportedOptionsException option) {
            return PackedFault.unsupported(
                    Compression.XZ,
                    at,
                    "an option that is not supported (" + option.getMessage() + "); compress it with 'xz -6'");
        }
        if (failure instanceof EOFException) {
            return PackedFault.cutShort(Compression.XZ, at);
        }
        if (failure instanceof IOException damaged) {
            // The library has a word for what follows a stream, but no type of its own.
            return PackedFault.damaged(Compression.XZ, at, damaged.getMessage());
        }
        if (failure instanceof RefusedException refused) {
            return refused;
        }
        return new IllegalStateException("the xz decoder failed", failure);
    }

    private static ByteSize kibibytes(int count) {
        return new ByteSize((long) count * KIBIBYTE);
    }

    @Override
    public void close() {
        thread.close();
        memory.close();
    }
}
