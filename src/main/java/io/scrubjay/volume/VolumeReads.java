// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.volume;

import io.scrubjay.block.ByteRange;
import io.scrubjay.engine.StorageEngine;
import io.scrubjay.image.ContentReader;
import io.scrubjay.image.ContentReaders;
import io.scrubjay.image.Lease;
import io.scrubjay.refusal.RefusedException;

/** Reads volumes on behalf of clients. Thread-safe; blocks for the device; for workers. */
public final class VolumeReads {
    private final StorageEngine engine;
    private final ContentReaders readers;

    public VolumeReads(StorageEngine engine, ContentReaders readers) {
        this.engine = engine;
        this.readers = readers;
    }

    /**
     * How many bytes a volume has now.
     *
     * @throws RefusedException {@code unreadable} when its bytes are missing from the pool
     */
    public long sizeBytes(NamedVolume volume) {
        return VolumeFailures.stored(engine, volume).sizeBytes();
    }

    /**
     * Opens a reader for a range of a volume. The volume cannot be deleted until the reader is closed. Bytes that are
     * written meanwhile may be read or not.
     *
     * @param range not empty, inside the volume
     * @throws RefusedException {@code volume-in-use} when it is being deleted, {@code unreadable} when the image or snapshot
     *     that it reads from has lost some of the range, {@code busy}, {@code device-failed}
     */
    public ContentReader open(NamedVolume volume, ByteRange range) {
        Lease<NamedVolume> lease = volume.lease();
        try {
            return readers.openVolume(volume.stored(), range, lease::close);
        } catch (RuntimeException | Error refused) {
            lease.close();
            throw refused;
        }
    }
}
