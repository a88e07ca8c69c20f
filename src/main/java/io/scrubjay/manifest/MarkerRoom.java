// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.manifest;

import io.scrubjay.block.AlignedBuffer;
import io.scrubjay.block.ClusterRun;
import io.scrubjay.engine.Access;
import io.scrubjay.engine.EngineException;
import io.scrubjay.engine.Stages;
import io.scrubjay.engine.StorageEngine;
import io.scrubjay.engine.Volume;
import io.scrubjay.engine.VolumeName;

import java.nio.ByteBuffer;
import java.util.List;
import java.util.Optional;

/**
 * The space for a quarantine marker at the end of a manifest's own volume: its last 4096 bytes, which the manifest
 * itself never uses. They were filled with zeroes when the manifest was written, so a marker can be written there even
 * on a full pool. {@code docs/manifest-format.md} has every byte.
 *
 * <p>Keeps no state; every call blocks and is for workers. The caller makes calls about the same image one after the
 * other.
 */
final class MarkerRoom {
    /** The space for a marker that lists few findings: its text is at most 3 KiB. */
    static final int MARKER_BYTES_MAX = 4096;

    private final StorageEngine engine;
    private final int roomBytes;

    MarkerRoom(StorageEngine engine) {
        this.engine = engine;
        this.roomBytes = Math.max(MARKER_BYTES_MAX, engine.traits().ioAlignmentBytes());
    }

    /** The smallest size of a manifest's volume that has this space. */
    long volumeBytes(long manifestBytes) {
        long unit = engine.traits().ioAlignmentBytes();
        return (manifestBytes + unit - 1) / unit * unit + roomBytes;
    }

    /**
     * The marker in this space, or empty when there is none. Bytes that begin like a marker but are damaged give an
     * illegible one.
     *
     * @throws EngineException when the medium cannot be read: there may be a marker
     */
    Optional<Quarantine> find(ImageId id) {
        ByteBuffer room = AlignedBuffer.allocate(roomBytes);
        try (Volume volume = engine.open(PoolName.manifest(id), Access.VERIFY)) {
            if (volume.sizeBytes() < roomBytes) {
                return Optional.empty();
            }
            Stages.await(volume.read(volume.sizeBytes() - roomBytes, room));
        }
        if (!RecordMagic.QUARANTINE.begins(room)) {
            return Optional.empty();
        }
        try {
            QuarantineMarker marker = StoredMarker.decode(room);
            ManifestStore.requireOwn(id, marker.id());
            return Optional.of(marker);
        } catch (ManifestDamaged illegible) {
            return Optional.of(Quarantine.Illegible.of(engine, id, PoolName.manifest(id), illegible));
        }
    }

    /**
     * Writes a marker into this space, with as many findings as fit, and reads it back from the medium. Durable on
     * return. Allocates nothing.
     *
     * @return the marker that is stored
     * @throws EngineException.NoSpace when this manifest's volume has no such space
     * @throws ManifestDamaged when the manifest's own length cannot be read, or the medium returns other bytes
     */
    QuarantineMarker put(QuarantineMarker marker) {
        if (!isThere(marker.id())) {
            throw new EngineException.NoSpace("there is no room for a marker behind this manifest");
        }
        QuarantineMarker fitting = fitting(marker);
        ByteBuffer bytes = AlignedBuffer.allocate(roomBytes);
        StoredMarker.of(fitting).encode(bytes);
        write(marker.id(), bytes.rewind());
        if (!find(marker.id()).equals(Optional.of(fitting))) {
            throw new ManifestDamaged("the medium gives back another marker than was written", 0);
        }
        return fitting;
    }

    /** Fills this space with zeroes if a marker is in it. Durable on return. */
    void clear(ImageId id) {
        if (find(id).isPresent()) {
            write(id, AlignedBuffer.allocate(roomBytes));
        }
    }

    /**
     * Adds this space to a manifest that an older version wrote without it, if the pool is not full. Changes nothing if
     * the manifest already has it.
     *
     * @throws EngineException.NoSpace when the pool is full
     * @throws ManifestDamaged when the manifest's own length cannot be told
     */
    void make(ImageId id) {
        VolumeName name = PoolName.manifest(id);
        long sizeBytes = engine.find(name)
                .orElseThrow(() -> new EngineException.VolumeNotFound(name))
                .sizeBytes();
        long neededBytes = volumeBytes(manifestBytes(id));
        long writtenBytes = writtenBytes(name);
        if (writtenBytes >= neededBytes) {
            return;
        }
        long grownBytes = sizeBytes >= neededBytes
                ? sizeBytes
                : engine.resize(name, neededBytes).sizeBytes();
        // INVARIANT I-2: every byte of the new clusters is written, immediately and to the end.
        try (Volume volume = engine.open(name, Access.WRITE)) {
            ByteBuffer zeroes =
                    AlignedBuffer.allocate(engine.traits().clusterSize().bytes());
            for (long offset = writtenBytes; offset < grownBytes; offset += zeroes.capacity()) {
                Stages.await(volume.write(offset, zeroes));
            }
            Stages.await(volume.flush());
        }
    }

    /** The offset up to which all clusters of the volume have been written. */
    private long writtenBytes(VolumeName name) {
        List<ClusterRun> runs = engine.allocated(name).runs();
        long clusters =
                runs.isEmpty() || runs.get(0).first() > 0 ? 0 : runs.get(0).count();
        return clusters * engine.traits().clusterSize().bytes();
    }

    private boolean isThere(ImageId id) {
        return writtenBytes(PoolName.manifest(id)) >= volumeBytes(manifestBytes(id));
    }

    /** The length of the manifest itself, without the rest of its volume. */
    private long manifestBytes(ImageId id) {
        ByteBuffer head = new Records(engine).readStart(PoolName.manifest(id), StoredHeader.HEAD_BYTES_MAX);
        return StoredHeader.decode(head).totalBytes(StoredHeader.headBytes(head));
    }

    private void write(ImageId id, ByteBuffer room) {
        try (Volume volume = engine.open(PoolName.manifest(id), Access.WRITE)) {
            // INVARIANT I-4: after the manifest's last block, so that no write to the device touches a leaf.
            Stages.await(volume.write(volume.sizeBytes() - roomBytes, room));
            Stages.await(volume.flush());
        }
    }

    private static QuarantineMarker fitting(QuarantineMarker marker) {
        QuarantineMarker fitting = marker;
        while (StoredMarker.of(fitting).totalBytes() > MARKER_BYTES_MAX) {
            fitting = fitting.listing(fitting.findings().size() / 2);
        }
        return fitting;
    }
}
