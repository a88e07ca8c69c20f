// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.source;

import io.scrubjay.refusal.RefusedException;

/**
 * Takes the bytes of a disk from a format reader. Confined to the reader's thread.
 *
 * <p>{@link #begin} is called first, and once. Then the data may be passed in any order, each byte of the disk at most
 * once; parts that are never passed are zeroes.
 */
public interface DiskSink {
    /**
     * Sets the size of the disk. If the format does not give it at the beginning, this is the length that the sender
     * announced, or 1: the disk may then turn out larger or smaller, and {@link FormatReader#end} returns the real
     * size. Blocks for the device.
     *
     * @param sizeBytes {@code >= 1}
     * @throws RefusedException {@code too-large}, {@code pool-full}
     * @throws RuntimeException when the device failed
     */
    void begin(long sizeBytes);

    /**
     * Takes at least one byte; their memory is lent until this returns. May block for the device.
     *
     * @throws RefusedException {@code too-large} for bytes beyond the largest size of an image
     * @throws RuntimeException when the device has failed, even while storing earlier bytes
     */
    void data(DiskOffset at, LentBytes bytes);

    /**
     * Marks this part of the disk as zeroes. The cost does not depend on the length.
     *
     * @param length {@code >= 1}
     * @throws RefusedException as {@link #data}
     */
    void zeroes(DiskOffset at, long length);
}
