// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.ingest;

import io.scrubjay.engine.Access;
import io.scrubjay.engine.Provisioning;
import io.scrubjay.engine.Stages;
import io.scrubjay.engine.StorageEngine;
import io.scrubjay.engine.Volume;
import io.scrubjay.engine.VolumeName;
import io.scrubjay.manifest.ImageId;
import io.scrubjay.manifest.PoolNames;

/**
 * The temporary volume an ingest writes into, from its creation until it is sealed or gone. Confined to the
 * coordinator, but for the {@link #volume} itself.
 */
final class Head implements AutoCloseable {
    /** A head of unknown length grows by an eighth at a time, and by this much at least. */
    private static final long GROWTH_BYTES_MIN = 64L << 20;

    private final StorageEngine engine;
    private final VolumeName name;
    private final Volume volume;
    private long sizeBytes;

    private Head(StorageEngine engine, VolumeName name, Volume volume) {
        this.engine = engine;
        this.name = name;
        this.volume = volume;
        this.sizeBytes = volume.sizeBytes();
    }

    /** Creates and opens the head of an image. When that fails, it may be there all the same. */
    static Head create(StorageEngine engine, ImageId id, long sizeBytes) {
        VolumeName name = PoolNames.head(id);
        engine.create(name, sizeBytes, Provisioning.THIN);
        return new Head(engine, name, engine.open(name, Access.WRITE));
    }

    VolumeName name() {
        return name;
    }

    Volume volume() {
        return volume;
    }

    /** Makes sure that bytes up to this offset can be written. Blocks for the device when the head has to grow. */
    void reach(long endBytes) {
        if (endBytes > sizeBytes) {
            long ahead = sizeBytes + Math.max(GROWTH_BYTES_MIN, sizeBytes / 8);
            sizeBytes = engine.resize(name, Math.max(endBytes, ahead)).sizeBytes();
        }
    }

    /** Makes everything written durable, and closes. */
    void flushAndClose() {
        // ORDER: the data first; only what is durable may be proven, sealed and named.
        Stages.await(volume.flush());
        volume.close();
    }

    /** Cuts off what it has grown ahead. For a head that is closed: what is sealed has the size of the image. */
    void cutTo(long lengthBytes) {
        if (sizeBytes > engine.traits().clusterSize().roundUp(lengthBytes)) {
            engine.cut(name, lengthBytes);
        }
    }

    /** Closes and deletes it: for an ingest that never began. */
    void discard() {
        volume.close();
        engine.delete(name);
    }

    @Override
    public void close() {
        volume.close();
    }
}
