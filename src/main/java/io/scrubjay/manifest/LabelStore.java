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
 * <p>Keeps no state of its own. Every call blocks for the device and is for workers; the caller makes calls about the
 * same volume one after the other. Each may throw {@link EngineException}; only further exceptions are listed.
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
     * Writes a label, reads it back from the medium and compares it. The volume does not exist yet: until the commit,
     * the next start treats its bytes as half-made and removes them. Durable on return.
     *
     * <p>ORDER: call this before anything named {@code volume-<id>} exists. Bytes of such a name that have no label,
     * not even a staged one, are never removed.
     *
     * @throws ManifestDamaged when the medium returns other bytes; nothing remains
     */
    public void stage(VolumeLabel label) {
        records.write(PoolName.stagedLabel(label.id()), () -> StoredLabel.of(label));
    }

    /**
     * Makes the volume exist, by renaming its staged label; no other step does. Durable on return.
     *
     * <p>After a failure the volume may exist or not; {@link #revoke} makes sure that it does not.
     */
    public void commit(VolumeId id) {
        engine.rename(PoolName.stagedLabel(id), PoolName.label(id));
    }

    /**
     * Undoes the commit of a volume, if there was one: on return the volume does not exist. {@link #removeRest} removes
     * its remains.
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

    /** Whether the pool has bytes of this volume; the volume itself need not exist. */
    public boolean hasBytes(VolumeId id) {
        return engine.find(PoolName.volume(id)).isPresent();
    }

    /**
     * Makes a volume cease to exist, also one whose label is missing. Durable on return.
     *
     * <p>ORDER: the caller calls {@link #removeRest} afterwards. After a crash in between, the next start removes the
     * remains.
     *
     * @throws EngineException.VolumeNotFound when the volume does not exist
     * @throws EngineException.VolumeUnreadable when the engine could not read its label, or something that may be its
     *     label
     */
    public void delete(VolumeId id) {
        removal.begin(id.stored(), PoolName.label(id), List.of(PoolName.volume(id)));
    }

    /**
     * Removes everything that is left of a volume that does not exist. Harmless when nothing is left; can be repeated
     * after a failure.
     */
    public void removeRest(VolumeId id) {
        removal.finish(id.stored());
    }

    /** A volume that exists, as found at startup. */
    public sealed interface Found {
        VolumeId id();

        /**
         * A volume with a valid label.
         *
         * @param label the label
         */
        record Whole(VolumeLabel label) implements Found {
            @Override
            public VolumeId id() {
                return label.id();
            }
        }

        /**
         * A volume whose label cannot be read or is missing; the volume exists nevertheless.
         *
         * @param id the volume
         * @param what what is wrong, for people
         * @param label the label, if it is there and is invalid or gives an error; empty when it is missing, or when
         *     the engine reports it
         */
        record Damaged(VolumeId id, String what, Optional<Unreadable> label) implements Found {}
    }

    /** All volumes that exist, those without a label last. Reads every label; called at startup. */
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
            // A damaged label affects only its own volume: the others are still found.
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
