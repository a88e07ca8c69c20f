// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.source.packed;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.Executor;
import java.util.function.Consumer;

/**
 * Runs a decoder that pulls its input, for a caller that pushes it. The decoder has a thread of its own, but the two
 * take turns: the caller waits while the decoder works, and the decoder waits, for more input or after some output,
 * while the caller works. So nothing is copied or queued between them, the memory that is lent to one is never seen by
 * the other after its turn, and every failure of the decoder reaches the caller in the call that caused it.
 *
 * <p>The thread ends with the decoder, or with {@link #close}, which waits for that; it is taken at the first input. A
 * decoder that works ahead would gain little: the caller only copies what it gets into windows.
 *
 * <p>All methods are for the caller, one thread at a time.
 */
final class DecodingThread implements AutoCloseable {
    /** A decoder that pulls its input. */
    @FunctionalInterface
    interface Decoder {
        /**
         * Decodes to the end of the input. Runs on the thread of its own, only during the decoder's turns.
         *
         * @param output takes what has been decoded; the decoder goes on when the caller is done with it
         * @throws IOException when the input is wrong, or when the caller is gone: the decoder then just ends
         */
        void decode(InputStream input, Output output) throws IOException;
    }

    /** Takes what a decoder has decoded. */
    @FunctionalInterface
    interface Output {
        void take(ByteBuffer decoded) throws IOException;
    }

    private enum Turn {
        CALLER,
        DECODER,
        /** The decoder has ended. */
        OVER
    }

    private final Executor threads;
    private final Decoder decoder;

    // Guarded by this object's monitor.
    private Turn turn = Turn.CALLER;
    private boolean closed;

    // Used by the one whose turn it is.
    private boolean started;
    private ByteBuffer input = ByteBuffer.allocate(0);
    private boolean inputEnded;
    private long inputBytes;
    private Optional<ByteBuffer> output = Optional.empty();
    private Optional<Throwable> failure = Optional.empty();

    /** @param threads gives a thread at once, or fails */
    DecodingThread(Executor threads, Decoder decoder) {
        this.threads = threads;
        this.decoder = decoder;
    }

    /**
     * Lets the decoder take these bytes, and passes on what it decodes meanwhile.
     *
     * @return the failure of the decoder, if it has ended with one; it may then have left some of the bytes
     */
    Optional<Throwable> push(ByteBuffer bytes, Consumer<ByteBuffer> decoded) {
        input = bytes;
        return advance(decoded);
    }

    /** Lets the decoder find the end of its input, and passes on the rest; returns as {@link #push} does. */
    Optional<Throwable> finish(Consumer<ByteBuffer> decoded) {
        inputEnded = true;
        return advance(decoded);
    }

    /** How many bytes the decoder has taken. */
    long inputBytes() {
        return inputBytes;
    }

    private Optional<Throwable> advance(Consumer<ByteBuffer> decoded) {
        do {
            output = Optional.empty();
            giveTurn();
            output.ifPresent(decoded);
        } while (output.isPresent());
        return failure;
    }

    private void giveTurn() {
        if (!started) {
            threads.execute(this::run);
            started = true;
        }
        synchronized (this) {
            if (turn == Turn.CALLER) {
                turn = Turn.DECODER;
                notifyAll();
            }
            awaitWhile(Turn.DECODER);
        }
    }

    private void run() {
        try {
            takeTurn();
            decoder.decode(new Input(), this::passOn);
        } catch (IOException | RuntimeException | Error ended) {
            // The caller is told; once it has closed this, it does not look.
            failure = Optional.of(ended);
        } finally {
            synchronized (this) {
                turn = Turn.OVER;
                notifyAll();
            }
        }
    }

    /** Gives the turn back to the caller, and waits for the next. */
    private void yieldTurn() throws IOException {
        synchronized (this) {
            turn = Turn.CALLER;
            notifyAll();
        }
        takeTurn();
    }

    private synchronized void takeTurn() throws IOException {
        awaitWhile(Turn.CALLER);
        if (closed) {
            throw new IOException("nobody wants the decoded bytes any more");
        }
    }

    private void passOn(ByteBuffer decoded) throws IOException {
        output = Optional.of(decoded);
        yieldTurn();
    }

    /** Waits uninterruptibly: the other works, and does not wait for anything but this. */
    private synchronized void awaitWhile(Turn others) {
        boolean interrupted = false;
        while (turn == others && !(closed && others == Turn.CALLER)) {
            try {
                wait();
            } catch (InterruptedException later) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    /** Ends the decoder, wherever it is, and its thread. Closing twice is harmless. */
    @Override
    public synchronized void close() {
        closed = true;
        notifyAll();
        boolean interrupted = false;
        while (started && turn != Turn.OVER) {
            try {
                wait();
            } catch (InterruptedException later) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    /** The pushed bytes, for the decoder. */
    private final class Input extends InputStream {
        @Override
        public int read() throws IOException {
            return awaitInput() ? next() : -1;
        }

        private int next() {
            inputBytes++;
            return Byte.toUnsignedInt(input.get());
        }

        @Override
        public int read(byte[] target, int from, int length) throws IOException {
            Objects.checkFromIndexSize(from, length, target.length);
            if (length == 0) {
                return 0;
            }
            if (!awaitInput()) {
                return -1;
            }
            int count = Math.min(length, input.remaining());
            input.get(target, from, count);
            inputBytes += count;
            return count;
        }

        /** Returns whether there is any. */
        private boolean awaitInput() throws IOException {
            while (!input.hasRemaining() && !inputEnded) {
                yieldTurn();
            }
            return input.hasRemaining();
        }
    }
}
