// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.source;

import io.scrubjay.refusal.RefusedException;

import java.nio.ByteBuffer;

/**
 * A temporary place in the pool for bytes of a file that a format reader cannot place on the disk yet. It is opened
 * when the first bytes are kept, and needs room in the pool only for the bytes that are kept. Its owner removes it.
 * Confined to the reader's thread.
 */
public interface Spool {
    /**
     * Keeps bytes at their position in the file; their memory is lent until this returns. Blocks for the device.
     *
     * @throws RefusedException {@code pool-full}
     * @throws RuntimeException when the device failed
     */
    void keep(StreamOffset at, LentBytes bytes);

    /**
     * Fills the buffer's remaining bytes from this position; all of them must have been kept. Blocks for the device.
     *
     * @throws RuntimeException when the device failed
     */
    void read(StreamOffset at, ByteBuffer into);
}
