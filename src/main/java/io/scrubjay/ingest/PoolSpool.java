// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.ingest;

import io.scrubjay.engine.Access;
import io.scrubjay.engine.Provisioning;
import io.scrubjay.engine.StorageEngine;
import io.scrubjay.engine.Volume;
import io.scrubjay.engine.VolumeName;
import io.scrubjay.manifest.ImageId;
import io.scrubjay.manifest.PoolName;
import io.scrubjay.source.LentBytes;
import io.scrubjay.source.Spool;
import io.scrubjay.source.StreamOffset;

import java.nio.ByteBuffer;
import java.util.Optional;
import java.util.function.LongConsumer;

/**
 * The spool of one ingest: a temporary thin volume of the pool, in which each byte is at its position in the file. It
 * is created when the first bytes are kept, and deleted before the image is sealed; if the agent ends before that, the
 * next start deletes it. Confined to one thread at a time.
 *
 * <p>Bytes are read back as they were kept, or not at all: they are compared with the checksums of what was written.
 */
final class PoolSpool implements Spool, AutoCloseable {
    /** The volume grows by an eighth at a time, and at least by this much. */
    private static final long GROWTH_BYTES_MIN = 64L << 20;

    private record Begun(Volume volume, OpenWindows windows) {}

    private final StorageEngine engine;
    private final WindowShare share;
    private final Stores stores;
    private final VolumeName name;
    private final LongConsumer whenKept;
    private Optional<Begun> begun = Optional.empty();
    private long sizeBytes;
    private long keptBytes;

    /**
     * Prepares for keeping bytes; does no I/O.
     *
     * @param share the windows of the ingest
     * @param stores where windows are stored; its first failure ends the ingest
     * @param id the image of the ingest
     * @param whenKept called with the number of bytes kept so far
     */
    PoolSpool(StorageEngine engine, WindowShare share, Stores stores, ImageId id, LongConsumer whenKept) {
        this.engine = engine;
        this.share = share;
        this.stores = stores;
        this.name = PoolName.spool(id);
        this.whenKept = whenKept;
    }

    @Override
    public void keep(StreamOffset at, LentBytes bytes) {
        stores.requireNoFailure();
        reach(at.plus(bytes.length()).bytes());
        begun.orElseThrow().windows().put(at.bytes(), bytes);
        keptBytes += bytes.length();
        whenKept.accept(keptBytes);
    }

    @Override
    public void read(StreamOffset at, ByteBuffer into) {
        stores.requireNoFailure();
        begun.orElseThrow(() -> new IllegalStateException("nothing was kept"))
                .windows()
                .get(at.bytes(), into);
    }

    /** Makes sure that there is a volume which has room up to this offset. */
    private void reach(long endBytes) {
        if (endBytes <= sizeBytes) {
            return;
        }
        long ahead = Math.max(endBytes, sizeBytes + Math.max(GROWTH_BYTES_MIN, sizeBytes / 8));
        if (begun.isEmpty()) {
            sizeBytes = engine.create(name, ahead, Provisioning.THIN).sizeBytes();
            Volume volume = engine.open(name, Access.WRITE);
            WindowStore store = new WindowStore(volume, engine.traits().clusterSize());
            begun = Optional.of(new Begun(volume, new OpenWindows(store, share, stores)));
        } else {
            sizeBytes = engine.resize(name, ahead).sizeBytes();
        }
    }

    /**
     * Gives the windows back that hold kept bytes. Nothing may be kept or read afterwards.
     *
     * <p>The caller has made sure that nothing is being stored.
     */
    void abandon() {
        begun.ifPresent(spool -> spool.windows().abandon());
    }

    /** Deletes the volume, if there is one. Blocks for the device; what is still being stored is waited for. */
    void remove() {
        stores.await();
        abandon();
        close();
        if (begun.isPresent()) {
            engine.delete(name);
            begun = Optional.empty();
        }
    }

    /** Closes the volume, which stays in the pool. */
    @Override
    public void close() {
        begun.ifPresent(spool -> spool.volume().close());
    }
}
