// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.manifest;

import io.scrubjay.engine.EngineException;
import io.scrubjay.engine.Provisioning;
import io.scrubjay.engine.StorageEngine;
import io.scrubjay.engine.VolumeName;

import java.nio.ByteBuffer;
import java.util.function.LongUnaryOperator;
import java.util.function.Supplier;

/**
 * The stored records of one pool, each in a volume of its own. Keeps no state; every call blocks and is for workers.
 */
final class Records {
    private final StorageEngine engine;

    Records(StorageEngine engine) {
        this.engine = engine;
    }

    /**
     * Creates a volume without a record yet: its name alone carries the meaning. Durable on return; harmless when the
     * volume exists.
     */
    void reserve(VolumeName name) {
        if (engine.find(name).isEmpty()) {
            engine.create(name, 1, Provisioning.THIN);
        }
    }

    /**
     * Writes a record into a volume that is longer than the record, and that may exist already. After a failure the
     * volume stays.
     *
     * @param staged a name that means "not yet"
     * @param volumeBytes the size of the volume for a record of this length, before it is rounded up to whole clusters
     * @throws ManifestDamaged when the medium returns other bytes
     */
    void fill(VolumeName staged, Supplier<? extends StoredBytes> record, LongUnaryOperator volumeBytes) {
        new RecordVolume(engine, staged).write(record, volumeBytes);
    }

    /**
     * Writes a complete record, or leaves nothing of it. Replaces the remains of an earlier attempt.
     *
     * @param staged a name that means "not yet"
     * @throws ManifestDamaged when the medium returns other bytes
     */
    void write(VolumeName staged, Supplier<? extends StoredBytes> record) {
        deleteIfPresent(staged);
        try {
            fill(staged, record, LongUnaryOperator.identity());
        } catch (ManifestDamaged | EngineException failed) {
            try {
                deleteIfPresent(staged);
            } catch (EngineException stays) {
                // The first failure is the one to report; a volume that stays is a leftover, which the next attempt
                // replaces.
                failed.addSuppressed(stays);
            }
            throw failed;
        }
    }

    /** The first bytes of a record, from the medium: all of them, but no more than this. */
    ByteBuffer readStart(VolumeName name, int lengthBytesMax) {
        ByteBuffer start = ByteBuffer.allocate(lengthBytesMax);
        new RecordVolume(engine, name).read(lengthBytesMax, (offset, piece) -> {
            start.put(piece.limit(Math.min(piece.limit(), start.remaining())));
            return start.hasRemaining();
        });
        return start.flip();
    }

    void deleteIfPresent(VolumeName name) {
        if (engine.find(name).isPresent()) {
            engine.delete(name);
        }
    }
}
