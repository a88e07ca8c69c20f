// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.engine.spdk.ondisk;

import io.scrubjay.engine.EngineException;

import java.nio.ByteBuffer;
import java.util.Optional;

/**
 * What a pool lies on, seen beside its store: looked at and set right before SPDK knows of one,
 * and made durable. Thread-safe until it is
 * closed; every call blocks for the device, and may throw {@link EngineException.DeviceFailed}.
 */
public interface Medium extends AutoCloseable {
    /** The data on the medium that forbids formatting it. Empty when the medium is blank. */
    Optional<String> content();

    /** Whether a blobstore was made here once. */
    boolean hasBlobstore();

    /** Its size in bytes. */
    long size();

    /** Fills a direct buffer that is aligned to a page; an offset and a length in pages that lie within the size. */
    void read(long offset, ByteBuffer target);

    /** Writes what remains in such a buffer. Durable after the next {@link #sync}. */
    void write(long offset, ByteBuffer source);

    /** Makes durable whatever was written to it, by whomever, and answered. */
    void sync();

    /** Gives it up. */
    @Override
    void close();
}
