// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.manifest;

import io.scrubjay.engine.EngineException;
import io.scrubjay.engine.StorageEngine;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/**
 * The labels of one pool's volumes: a user's volume exists exactly while the volume {@code label-<id>} does.
 *
 * <p>Keeps no state of its own. Every call blocks for the device and is for workers; those about one volume are the
 * caller's to order. Each may throw {@link EngineException}; only further exceptions are listed.
 */
public final class LabelStore {
    private final StorageEngine engine;
    private final Records records;

    public LabelStore(StorageEngine engine) {
        this.engine = Objects.requireNonNull(engine);
        this.records = new Records(engine);
    }

    /**
     * Makes a volume exist: writes its label, compares what the medium then holds with what was written, and renames it.
     * That rename is the commit. Durable on return.
     *
     * <p>When it fails the volume may exist or not; {@link #abandon} settles it.
     *
     * @throws ManifestDamaged when the medium gives back something else
     */
    public void commit(VolumeLabel label) {
        records.write(PoolNames.stagedLabel(label.id()), () -> StoredLabel.of(label));
        engine.rename(PoolNames.stagedLabel(label.id()), PoolNames.label(label.id()));
    }

    /** Takes back a commit that failed: no label of this volume remains. Harmless when there is none. */
    public void abandon(ImageId id) {
        // ORDER: the committed name first: once it is gone, a staged label is a leftover whatever happens.
        records.deleteIfPresent(PoolNames.label(id));
        records.deleteIfPresent(PoolNames.stagedLabel(id));
    }

    /** Whether the volume exists; its label may be damaged. */
    public boolean isCommitted(ImageId id) {
        return engine.find(PoolNames.label(id)).isPresent();
    }

    /**
     * Ends the volume's existence. Durable on return.
     *
     * <p>ORDER: the caller deletes the volume's bytes afterwards. A crash in between leaves them without a label: a
     * leftover.
     *
     * @throws EngineException.VolumeNotFound when the volume does not exist
     */
    public void delete(ImageId id) {
        engine.delete(PoolNames.label(id));
    }

    /** A volume that exists, as start-up finds it. */
    public sealed interface Found {
        ImageId id();

        /**
         * A whole label.
         *
         * @param label what it says
         */
        record Whole(VolumeLabel label) implements Found {
            @Override
            public ImageId id() {
                return label.id();
            }
        }

        /**
         * A label that cannot be read; the volume is there all the same.
         *
         * @param id the volume
         * @param what what is wrong, for people
         */
        record Damaged(ImageId id, String what) implements Found {}
    }

    /** All volumes that exist, in the order of their ids. Reads every label; for start-up. */
    public List<Found> scan() {
        List<Found> found = new ArrayList<>();
        for (ImageId id : PoolContents.of(engine).labelled()) {
            found.add(read(id));
        }
        return found;
    }

    private Found read(ImageId id) {
        try {
            ByteBuffer start = records.readStart(PoolNames.label(id), StoredLabel.BYTES_MAX);
            VolumeLabel label = StoredLabel.decode(start);
            return label.id().equals(id)
                    ? new Found.Whole(label)
                    : new Found.Damaged(id, "it is the label of volume " + label.id());
        } catch (RuntimeException unreadable) {
            // Whatever is wrong with it is that volume's finding, and does not keep the others from coming back.
            return new Found.Damaged(id, String.valueOf(unreadable.getMessage()));
        }
    }
}
