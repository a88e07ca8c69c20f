// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.manifest;

import io.scrubjay.engine.EngineException;
import io.scrubjay.engine.StorageEngine;
import io.scrubjay.engine.Unreadable;
import io.scrubjay.engine.VolumeName;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/**
 * The labels of one pool's volumes: a user's volume exists exactly while the volume {@code label-<id>} does.
 *
 * <p>Keeps no state of its own. Every call blocks for the device and is for workers; those about one volume are the
 * caller's to order. Each may throw {@link EngineException}; only further exceptions are listed.
 */
public final class LabelStore {
    private final StorageEngine engine;
    private final Records records;
    private final Removal removal;

    public LabelStore(StorageEngine engine) {
        this.engine = Objects.requireNonNull(engine);
        this.records = new Records(engine);
        this.removal = new Removal(engine);
    }

    /**
     * Writes a label, and compares what the medium then holds with what was written. The volume does not exist yet: until
     * the commit a start takes its bytes for half-made, and removes them. Durable on return.
     *
     * <p>ORDER: before there is anything called {@code volume-<id>}. Without a label, staged or not, bytes of such a name
     * are kept.
     *
     * @throws ManifestDamaged when the medium gives back something else; nothing remains
     */
    public void stage(VolumeLabel label) {
        records.write(PoolName.stagedLabel(label.id()), () -> StoredLabel.of(label));
    }

    /**
     * Makes the volume exist, by renaming its staged label: the one step that does. Durable on return.
     *
     * <p>When it fails the volume may exist or not; {@link #revoke} settles it.
     */
    public void commit(VolumeId id) {
        engine.rename(PoolName.stagedLabel(id), PoolName.label(id));
    }

    /**
     * Takes back the commit of a volume, if there was one: on return the volume does not exist. {@link #removeRest} removes
     * what was made of it.
     */
    public void revoke(VolumeId id) {
        if (isCommitted(id)) {
            delete(id);
        }
    }

    /** Whether the volume exists; its label may be damaged. */
    public boolean isCommitted(VolumeId id) {
        return engine.find(PoolName.label(id)).isPresent();
    }

    /** Whether the engine sees bytes of this volume, which may not exist. */
    public boolean hasBytes(VolumeId id) {
        return engine.find(PoolName.volume(id)).isPresent();
    }

    /**
     * Ends the volume's existence. Durable on return. Also of one whose label is missing.
     *
     * <p>ORDER: the caller calls {@link #removeRest} afterwards. After a crash in between the next start removes the rest.
     *
     * @throws EngineException.VolumeNotFound when the volume does not exist
     * @throws EngineException.VolumeUnreadable when its label is, or may be, what the engine could not read
     */
    public void delete(VolumeId id) {
        removal.begin(id.stored(), PoolName.label(id), List.of(PoolName.volume(id)));
    }

    /** Removes all that is left of a volume that does not exist. Harmless when nothing is; may be done again after a failure. */
    public void removeRest(VolumeId id) {
        removal.finish(id.stored());
    }

    /** A volume that exists, as start-up finds it. */
    public sealed interface Found {
        VolumeId id();

        /**
         * A whole label.
         *
         * @param label what it says
         */
        record Whole(VolumeLabel label) implements Found {
            @Override
            public VolumeId id() {
                return label.id();
            }
        }

        /**
         * A label that cannot be read, or is missing; the volume is there all the same.
         *
         * @param id the volume
         * @param what what is wrong, for people
         * @param label the label that is there and makes no sense, or gives an error; empty when it is missing, or the engine tells
         *     of it
         */
        record Damaged(VolumeId id, String what, Optional<Unreadable> label) implements Found {}
    }

    /** All volumes that exist, those without a label last. Reads every label; for start-up. */
    public List<Found> scan() {
        List<Found> found = new ArrayList<>();
        PoolContents contents = PoolContents.of(engine);
        contents.labelled().forEach(id -> found.add(read(id, contents)));
        contents.withoutLabel()
                .forEach(id -> found.add(new Found.Damaged(
                        id,
                        PoolName.label(id) + " is " + contents.whyNotHere() + "; " + PoolName.volume(id) + " is there",
                        Optional.empty())));
        return found;
    }

    private Found read(VolumeId id, PoolContents contents) {
        try {
            ByteBuffer start = records.readStart(PoolName.label(id), StoredLabel.BYTES_MAX);
            VolumeLabel label = StoredLabel.decode(start);
            return label.id().equals(id)
                    ? new Found.Whole(label)
                    : damaged(id, "it is the label of volume " + label.id(), 0, contents);
        } catch (EngineException.VolumeUnreadable told) {
            return new Found.Damaged(id, told.getMessage(), Optional.empty());
        } catch (EngineException.DeviceFailed failed) {
            return damaged(id, failed.getMessage(), failed.errno(), contents);
        } catch (RuntimeException unreadable) {
            // Whatever is wrong with it is that volume's finding, and does not keep the others from coming back.
            return damaged(id, String.valueOf(unreadable.getMessage()), 0, contents);
        }
    }

    private static Found damaged(VolumeId id, String what, int errno, PoolContents contents) {
        VolumeName label = PoolName.label(id);
        return new Found.Damaged(
                id,
                what,
                Optional.of(new Unreadable(
                        Optional.of(label), contents.place(label), errno, "the label in it cannot be read: " + what)));
    }
}
