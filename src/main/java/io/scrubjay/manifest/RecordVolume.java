// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.manifest;

import io.scrubjay.block.AlignedBuffer;
import io.scrubjay.engine.Access;
import io.scrubjay.engine.Provisioning;
import io.scrubjay.engine.Stages;
import io.scrubjay.engine.StorageEngine;
import io.scrubjay.engine.Volume;
import io.scrubjay.engine.VolumeName;
import io.scrubjay.engine.VolumeSummary;

import java.nio.ByteBuffer;
import java.util.Optional;
import java.util.function.LongUnaryOperator;
import java.util.function.Supplier;

/**
 * A volume that contains one stored record at its beginning, and zeroes after it. Confined to one worker; only one
 * piece of the record is in memory at a time.
 */
final class RecordVolume {
    /** An operation on one piece of the volume. */
    interface PieceReader {
        /** Takes a piece; returns whether it wants the next one. */
        boolean take(long offsetBytes, ByteBuffer piece);
    }

    private static final int PIECE_BYTES = 1 << 20;

    private final StorageEngine engine;
    private final VolumeName name;

    RecordVolume(StorageEngine engine, VolumeName name) {
        this.engine = engine;
        this.name = name;
    }

    /**
     * Writes the record and reads it back from the medium. Creates the volume, or grows it if it exists.
     *
     * @param record returns the record's bytes from the beginning, on each call
     * @param volumeBytes the size of the volume for a record of this length, before it is rounded up to whole clusters
     * @throws ManifestDamaged when the medium returns other bytes
     */
    void write(Supplier<? extends StoredBytes> record, LongUnaryOperator volumeBytes) {
        StoredBytes written = record.get();
        reach(volumeBytes.applyAsLong(written.totalBytes()));
        try (Volume volume = engine.open(name, Access.WRITE)) {
            // INVARIANT I-2: the size is whole clusters, and every byte of it is written, including zeroes after the
            // record.
            forEachPiece(volume.sizeBytes(), (offset, piece) -> {
                fill(piece, written);
                Stages.await(volume.write(offset, piece));
                return true;
            });
            Stages.await(volume.flush());
        }
        // ORDER: flushed and closed before it is read back, so that the bytes come from the medium.
        StoredBytes expected = record.get();
        read(Long.MAX_VALUE, (offset, piece) -> {
            ByteBuffer wanted = ByteBuffer.allocate(piece.remaining());
            fill(wanted, expected);
            int wrong = piece.mismatch(wanted);
            if (wrong >= 0) {
                throw new ManifestDamaged("the medium gives back other bytes than were written", offset + wrong);
            }
            return true;
        });
    }

    private void reach(long sizeBytes) {
        Optional<VolumeSummary> present = engine.find(name);
        if (present.isEmpty()) {
            engine.create(name, sizeBytes, Provisioning.THIN);
        } else if (present.get().sizeBytes() < sizeBytes) {
            engine.resize(name, sizeBytes);
        }
    }

    /**
     * Reads the volume from the medium while the reader wants more.
     *
     * @param lengthBytesMax reads no more than this, rounded up to what the engine can read
     */
    void read(long lengthBytesMax, PieceReader reader) {
        try (Volume volume = engine.open(name, Access.VERIFY)) {
            long unit = engine.traits().ioAlignmentBytes();
            long lengthBytes = Math.min(volume.sizeBytes(), lengthBytesMax);
            forEachPiece((lengthBytes + unit - 1) / unit * unit, (offset, piece) -> {
                Stages.await(volume.read(offset, piece));
                return reader.take(offset, piece);
            });
        }
    }

    private void forEachPiece(long lengthBytes, PieceReader reader) {
        int pieceBytes = Math.max(PIECE_BYTES, engine.traits().ioAlignmentBytes());
        ByteBuffer piece = AlignedBuffer.allocate((int) Math.min(pieceBytes, lengthBytes));
        boolean wanted = true;
        for (long offset = 0; wanted && offset < lengthBytes; offset += piece.capacity()) {
            piece.clear().limit((int) Math.min(piece.capacity(), lengthBytes - offset));
            wanted = reader.take(offset, piece);
        }
    }

    /**
     * Fills the piece with the record's next bytes, and with zeroes after its end; position and limit are not changed.
     */
    private static void fill(ByteBuffer piece, StoredBytes record) {
        ByteBuffer rest = piece.duplicate();
        record.encode(rest);
        while (rest.hasRemaining()) {
            rest.put((byte) 0);
        }
    }
}
