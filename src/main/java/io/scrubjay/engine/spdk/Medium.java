package io.scrubjay.engine.spdk;

import io.scrubjay.engine.EngineException;

import java.util.Optional;

/**
 * What a pool lies on, seen beside its store: looked at before there is one, and made durable. Thread-safe until it is
 * closed; every call blocks for the device, and may throw {@link EngineException.DeviceFailed}.
 */
interface Medium extends AutoCloseable {
    /** What keeps it from being formatted: somebody's bytes. Empty when it is blank. */
    Optional<String> content();

    /** Whether a blobstore was made here once. */
    boolean hasBlobstore();

    /** Its size in bytes. */
    long size();

    /** Makes durable whatever was written to it, by whomever, and answered. */
    void sync();

    /** Gives it up. */
    @Override
    void close();
}
