// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.source;

import io.scrubjay.refusal.RefusedException;

/**
 * Finds the bytes of a disk in the bytes of its file: one kind for each {@link ImageFormat}, one object for each file.
 *
 * <ul>
 *   <li><b>Order</b>: the file arrives in order, split anywhere; the disk's bytes may be emitted in any order, each
 *       once. The result does not depend on how the file was split.
 *   <li><b>Size</b>: the reader calls {@link DiskSink#begin} as soon as it knows how large the disk is, and before
 *       anything else; from then on the head exists.
 *   <li><b>Bounds</b>: {@link #read} takes the whole piece before it returns. The memory that a reader keeps between
 *       calls, including tables of the format, has a limit that its kind states. A file that would need more is
 *       refused.
 *   <li><b>Memory</b>: the memory of a piece is lent to the reader. Wherever possible, it passes parts of the same
 *       memory on to the sink, by {@link LentBytes#slice}, so that each byte is copied only once.
 *   <li><b>End</b>: {@link #end} is called once, after the last byte; it is not called for a file that is cut off.
 *   <li><b>Refusals</b>: {@code malformed-image} for a file that contradicts itself or ends too soon,
 *       {@code unsupported-image} for a valid file that needs a feature which is not supported, {@code length-mismatch}
 *       for a file that is larger than the disk size given by the sender. The text says what is wrong, and at which
 *       {@link StreamOffset}. After a refusal, its own or one by its sink, which it passes through, only {@link #close}
 *       is called.
 *   <li><b>Threads</b>: confined to one thread, which may wait for a device in the sink.
 * </ul>
 */
public interface FormatReader extends AutoCloseable {
    /**
     * Takes the next bytes of the file.
     *
     * @throws RefusedException as described above
     */
    void read(StreamPiece file, DiskSink disk);

    /**
     * Emits the remaining bytes, after the whole file has been read.
     *
     * @return the disk's size in bytes
     * @throws RefusedException {@code malformed-image} when something is missing
     */
    long end(DiskSink disk);

    /** Releases its resources, at any moment; closing twice is harmless. */
    @Override
    void close();
}
