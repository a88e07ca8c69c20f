// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.source;

import io.scrubjay.block.ByteSize;
import io.scrubjay.refusal.Refusal;
import io.scrubjay.refusal.RefusedException;

/**
 * The memory for decoding all uploads that are in progress, up to a limit (I-7). It is taken before it is allocated, and
 * never waited for: an upload that waits would keep windows that others need.
 *
 * <p>Thread-safe: guarded by its monitor.
 */
public final class MemoryBudget {
    private final long bytesMax;
    private long takenBytes;

    public MemoryBudget(long bytesMax) {
        this.bytesMax = bytesMax;
    }

    /**
     * What one upload takes; nothing yet.
     *
     * @param purpose what the memory is for, for the text of a refusal; a sentence goes on with "needs …"
     */
    public Share share(String purpose) {
        return new Share(purpose);
    }

    private synchronized void take(long bytes, String purpose) {
        if (bytes > bytesMax - takenBytes) {
            throw new RefusedException(
                    Refusal.BUSY,
                    purpose + " needs " + new ByteSize(bytes) + " more memory, and compressed and qcow2 uploads in"
                            + " progress leave " + new ByteSize(bytesMax - takenBytes) + " of " + new ByteSize(bytesMax)
                            + "; try again later");
        }
        takenBytes += bytes;
    }

    private synchronized void give(long bytes) {
        takenBytes -= bytes;
    }

    /** How many bytes are taken. */
    public synchronized long takenBytes() {
        return takenBytes;
    }

    /** One upload's part of the budget. Confined to one thread at a time. */
    public final class Share implements AutoCloseable {
        private final String purpose;
        private long heldBytes;

        private Share(String purpose) {
            this.purpose = purpose;
        }

        /** More than this is never given, however little others take. */
        public long bytesMax() {
            return bytesMax;
        }

        /**
         * Takes so many bytes more.
         *
         * @throws RefusedException {@code busy} when others leave less; nothing more is taken
         */
        public void take(long bytes) {
            MemoryBudget.this.take(bytes, purpose);
            heldBytes += bytes;
        }

        /** Gives so many bytes back. */
        public void give(long bytes) {
            MemoryBudget.this.give(bytes);
            heldBytes -= bytes;
        }

        /** Has at least so many bytes. */
        public void reach(long bytes) {
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
