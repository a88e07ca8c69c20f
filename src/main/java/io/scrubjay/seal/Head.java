// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.seal;

import io.scrubjay.engine.Access;
import io.scrubjay.engine.Provisioning;
import io.scrubjay.engine.Stages;
import io.scrubjay.engine.StorageEngine;
import io.scrubjay.engine.Volume;
import io.scrubjay.engine.VolumeName;
import io.scrubjay.manifest.ImageId;
import io.scrubjay.manifest.PoolName;

/**
 * The temporary volume whose bytes become an image: it is written from its creation until it is sealed or removed. For
 * one thread, which may wait for the device; only the {@link #volume} itself may be used by several.
 */
public final class Head implements AutoCloseable {
    /** A head of unknown length grows by an eighth at a time, and at least by this much. */
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

    /**
     * Creates and opens the head of an image: thin, and of this size. Blocks for the device.
     *
     * @throws io.scrubjay.engine.EngineException when the engine fails; the head may be in the pool nevertheless, and
     *     {@link io.scrubjay.manifest.ManifestStore#removeRest} removes it
     */
    public static Head create(StorageEngine engine, ImageId id, long sizeBytes) {
        VolumeName name = PoolName.head(id);
        engine.create(name, sizeBytes, Provisioning.THIN);
        return new Head(engine, name, engine.open(name, Access.WRITE));
    }

    VolumeName name() {
        return name;
    }

    /** The open volume to write into: whole clusters only (I-2). */
    public Volume volume() {
        return volume;
    }

    /**
     * Makes sure that bytes up to this offset of the disk can be written. Blocks for the device if the head has to
     * grow.
     */
    public void reach(long endBytes) {
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

    /**
     * Removes the space that it has grown beyond the image, so that the sealed snapshot has the size of the image. For
     * a closed head.
     */
    void cutTo(long lengthBytes) {
        if (sizeBytes > engine.traits().clusterSize().roundUp(lengthBytes)) {
            engine.cut(name, lengthBytes);
        }
    }

    @Override
    public void close() {
        volume.close();
    }
}
