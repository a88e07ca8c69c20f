// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.source;

import io.scrubjay.refusal.RefusedException;

/**
 * Takes the bytes of a disk from the reader of its format. Confined to the reader's thread.
 *
 * <p>{@link #begin} comes first and once. Then the data may come in any order, each byte of the disk once at the most;
 * what never comes is zeroes.
 */
public interface DiskSink {
    /**
     * Says how large the disk is. A format that does not say so in front gives what the sender has announced, or 1: the disk
     * may then turn out larger or smaller, as {@link FormatReader#end} answers. Blocks for the device.
     *
     * @param sizeBytes {@code >= 1}
     * @throws RefusedException {@code too-large}, {@code pool-full}
     * @throws RuntimeException when the device failed
     */
    void begin(long sizeBytes);

    /**
     * Takes bytes, at least one, whose memory is lent until this returns. May block for the device.
     *
     * @throws RefusedException {@code too-large} for bytes behind the largest size of an image
     * @throws RuntimeException when the device has failed, also in storing what came before
     */
    void data(DiskOffset at, LentBytes bytes);

    /**
     * Says that this part of the disk is zeroes. Costs nothing for each byte.
     *
     * @param length {@code >= 1}
     * @throws RefusedException as {@link #data}
     */
    void zeroes(DiskOffset at, long length);
}
