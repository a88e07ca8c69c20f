// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.source;

import io.scrubjay.refusal.RefusedException;

/**
 * Finds in the bytes of a file those of the disk it holds: one kind for each {@link ImageFormat}, one object for each
 * file.
 *
 * <ul>
 *   <li><b>Order</b>: the file comes in order, cut anywhere; the disk's bytes may be emitted in any order, each once. What
 *       the disk holds does not depend on how the file was cut.
 *   <li><b>Size</b>: the reader calls {@link DiskSink#begin} as soon as it knows how large the disk is, and before anything
 *       else; from then on the head is there.
 *   <li><b>Bounds</b>: takes all of a piece before it returns. What it keeps between calls, tables of the format's included,
 *       has a bound that its kind states. A file that would need more is refused.
 *   <li><b>Memory</b>: a piece's memory is lent to the reader. It passes parts of that same memory on to the sink, by
 *       {@link LentBytes#slice}, wherever it can: that is how a byte is copied once only.
 *   <li><b>End</b>: {@link #end}, once, after the last byte. A file that is cut gets no {@code end}.
 *   <li><b>Refusals</b>: {@code malformed-image} for a file that contradicts itself or ends too soon, {@code
 *       unsupported-image} for one that is right but needs what is not read here, {@code length-mismatch} for one that is
 *       larger than the disk's size that the sender gave. The text says what is wrong, and at which {@link StreamOffset}.
 *       After a refusal, and after one by its sink, which it lets through, only {@link #close} is called.
 *   <li><b>Threads</b>: confined to one, which may wait in its sink for a device.
 * </ul>
 */
public interface FormatReader extends AutoCloseable {
    /**
     * Takes the next bytes of the file.
     *
     * @throws RefusedException as said above
     */
    void read(StreamPiece file, DiskSink disk);

    /**
     * Emits what is left, now that all of the file has come.
     *
     * @return the disk's size in bytes
     * @throws RefusedException {@code malformed-image} when something is missing
     */
    long end(DiskSink disk);

    /** Gives back what it holds, at any moment; harmless the second time. */
    @Override
    void close();
}
