// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.engine.spdk.ondisk;

import io.scrubjay.engine.EngineException;

import java.nio.ByteBuffer;
import java.util.Optional;

/**
 * The storage below a pool, accessed without the store: it is checked and repaired before SPDK loads a store, and
 * synced. Thread-safe until it is closed; every call blocks for the device, and may throw {@link
 * EngineException.DeviceFailed}.
 */
public interface Medium extends AutoCloseable {
    /** The data on the medium that forbids formatting it. Empty when the medium is blank. */
    Optional<String> content();

    /** Whether the medium begins with the signature of a blobstore. */
    boolean hasBlobstore();

    /** Its size in bytes. */
    long size();

    /** Fills a direct buffer that is aligned to a page; offset and length are whole pages within the size. */
    void read(long offset, ByteBuffer target);

    /** Writes the remaining bytes of such a buffer. They are durable after the next {@link #sync}. */
    void write(long offset, ByteBuffer source);

    /** Makes durable every write that the medium has answered, whoever made it. */
    void sync();

    /** Releases the medium. */
    @Override
    void close();
}
