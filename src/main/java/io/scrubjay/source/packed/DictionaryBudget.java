// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.source.packed;

import io.scrubjay.block.ByteSize;
import io.scrubjay.refusal.Refusal;
import io.scrubjay.refusal.RefusedException;

/**
 * The memory for the dictionaries of all streams that are decoded at once, up to a limit. It is taken before a
 * dictionary is allocated, and never waited for: a stream that waits would keep windows that others need.
 *
 * <p>Thread-safe: guarded by its monitor.
 */
final class DictionaryBudget {
    private final long bytesMax;
    private long takenBytes;

    DictionaryBudget(long bytesMax) {
        this.bytesMax = bytesMax;
    }

    /** What one stream takes; nothing yet. */
    Share share() {
        return new Share();
    }

    private synchronized void take(long bytes) {
        if (bytes > bytesMax - takenBytes) {
            throw new RefusedException(
                    Refusal.BUSY,
                    "decompressing this file needs " + new ByteSize(bytes) + " of memory for its dictionary, and other"
                            + " compressed uploads in progress leave " + new ByteSize(bytesMax - takenBytes) + " of "
                            + new ByteSize(bytesMax) + "; try again later");
        }
        takenBytes += bytes;
    }

    private synchronized void give(long bytes) {
        takenBytes -= bytes;
    }

    /** How many bytes are taken. */
    synchronized long takenBytes() {
        return takenBytes;
    }

    /** One stream's part of the budget. Confined to one thread at a time. */
    final class Share implements AutoCloseable {
        private long heldBytes;

        private Share() {}

        /** More than this is never given, however little others take. */
        long bytesMax() {
            return bytesMax;
        }

        /**
         * Takes so many bytes more.
         *
         * @throws RefusedException {@code busy} when others leave less; nothing more is taken
         */
        void take(long bytes) {
            DictionaryBudget.this.take(bytes);
            heldBytes += bytes;
        }

        /** Gives so many bytes back. */
        void give(long bytes) {
            DictionaryBudget.this.give(bytes);
            heldBytes -= bytes;
        }

        /** Has at least so many bytes. */
        void reach(long bytes) {
            if (bytes > heldBytes) {
                take(bytes - heldBytes);
            }
        }

        /** Gives everything back. Closing twice is harmless. */
        @Override
        public void close() {
            give(heldBytes);
        }
    }
}
