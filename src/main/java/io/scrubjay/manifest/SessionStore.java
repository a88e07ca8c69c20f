// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.manifest;

import io.scrubjay.block.AlignedBuffer;
import io.scrubjay.engine.Access;
import io.scrubjay.engine.EngineException;
import io.scrubjay.engine.Provisioning;
import io.scrubjay.engine.Stages;
import io.scrubjay.engine.StorageEngine;
import io.scrubjay.engine.Unreadable;
import io.scrubjay.engine.Volume;
import io.scrubjay.engine.VolumeName;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/**
 * The sessions of resumable uploads in one pool: a session exists exactly while the volume {@code session-<id>} does;
 * its bytes are in {@code upload-<id>}.
 *
 * <p>A record has two slots in its volume. An update overwrites the slot of the older revision; of two valid slots, the
 * one of the later revision counts. So an update that a crash interrupts leaves the revision before it.
 *
 * <p>Keeps no state of its own. Every call blocks for the device and is for workers; the caller makes calls about the
 * same session one after the other. Each may throw {@link EngineException}; only further exceptions are listed.
 */
public final class SessionStore {
    private static final int SLOTS = 2;

    private final StorageEngine engine;
    private final Records records;
    private final Removal removal;
    private final int slotBytes;

    public SessionStore(StorageEngine engine) {
        this.engine = Objects.requireNonNull(engine);
        this.records = new Records(engine);
        this.removal = new Removal(engine);
        int unit = engine.traits().ioAlignmentBytes();
        this.slotBytes = (StoredSession.BYTES_MAX + unit - 1) / unit * unit;
    }

    /**
     * Makes a session exist, and an empty volume for its bytes. Durable on return. After a failure the session may
     * exist or not; {@link #delete} and {@link #removeRest} make sure that it does not.
     *
     * <p>ORDER: the record is staged before its bytes have a name, and renamed when everything is there. Bytes of a
     * session that has no record, not even a staged one, are never removed.
     *
     * @param record of revision 0
     * @throws ManifestDamaged when the medium returns other bytes than were written
     */
    public void create(SessionRecord record) {
        SessionId id = record.id();
        records.fill(PoolName.stagedSession(id), () -> StoredSession.of(record), bytes -> (long) SLOTS * slotBytes);
        engine.create(PoolName.upload(id), Math.max(1, record.lengthBytes().orElse(1)), Provisioning.THIN);
        engine.rename(PoolName.stagedSession(id), PoolName.session(id));
    }

    /**
     * Replaces the record by its next revision. Durable on return. After a failure, or a crash, the record is as before
     * or as after it.
     *
     * <p>ORDER: what the record says must be durable before.
     *
     * @throws EngineException.VolumeNotFound when the session does not exist
     */
    public void update(SessionRecord record) {
        ByteBuffer slot = AlignedBuffer.allocate(slotBytes);
        StoredSession.of(record).encode(slot);
        try (Volume volume = engine.open(PoolName.session(record.id()), Access.WRITE)) {
            Stages.await(volume.write(record.revision() % SLOTS * slotBytes, slot.clear()));
            Stages.await(volume.flush());
        }
    }

    /**
     * Reads a record from the medium.
     *
     * @throws EngineException.VolumeNotFound when the session does not exist
     * @throws ManifestDamaged when neither slot has a record that was written
     */
    public SessionRecord read(SessionId id) {
        ByteBuffer both = AlignedBuffer.allocate(SLOTS * slotBytes);
        try (Volume volume = engine.open(PoolName.session(id), Access.VERIFY)) {
            Stages.await(volume.read(0, both.duplicate()));
        }
        List<SessionRecord> valid = new ArrayList<>();
        List<ManifestDamaged> damaged = new ArrayList<>();
        for (int slot = 0; slot < SLOTS; slot++) {
            try {
                SessionRecord record = StoredSession.decode(both.slice(slot * slotBytes, slotBytes));
                requireOwn(id, record);
                valid.add(record);
            } catch (ManifestDamaged why) {
                damaged.add(why);
            }
        }
        return valid.stream()
                .max((one, other) -> Long.compare(one.revision(), other.revision()))
                .orElseThrow(() -> damaged.get(0));
    }

    private static void requireOwn(SessionId id, SessionRecord record) {
        if (!record.id().equals(id)) {
            throw new ManifestDamaged("it is of session " + record.id() + ", not " + id, 0);
        }
    }

    /**
     * Makes a session cease to exist, also one whose record is damaged or missing. Durable on return.
     *
     * <p>ORDER: the caller calls {@link #removeRest} afterwards. After a crash in between, the next start removes the
     * remains.
     *
     * @throws EngineException.VolumeNotFound when the session does not exist
     * @throws EngineException.VolumeUnreadable when the engine could not read its record, or something that may be its
     *     record
     */
    public void delete(SessionId id) {
        removal.begin(id.stored(), PoolName.session(id), List.of(PoolName.upload(id)));
    }

    /**
     * Removes everything that is left of a session that does not exist. Harmless when nothing is left; can be repeated
     * after a failure.
     */
    public void removeRest(SessionId id) {
        removal.finish(id.stored());
    }

    /** A session that exists, as found at startup. */
    public sealed interface Found {
        SessionId id();

        /**
         * A session with a valid record.
         *
         * @param record the record
         */
        record Whole(SessionRecord record) implements Found {
            @Override
            public SessionId id() {
                return record.id();
            }
        }

        /**
         * A session whose record or bytes cannot be read or are missing; it exists nevertheless.
         *
         * @param id the session
         * @param what what is wrong, for people
         */
        record Broken(SessionId id, String what) implements Found {}
    }

    /** All sessions that exist, and bytes of sessions without a record. Reads every record; called at startup. */
    public List<Found> scan() {
        List<Found> found = new ArrayList<>();
        PoolContents contents = PoolContents.of(engine);
        for (SessionId id : contents.sessions()) {
            found.add(
                    contents.withoutUpload().contains(id)
                            ? lacking(id, PoolName.upload(id), contents)
                            : read(id, contents));
        }
        contents.withoutSession().forEach(id -> found.add(lacking(id, PoolName.session(id), contents)));
        return found;
    }

    private static Found lacking(SessionId id, VolumeName absent, PoolContents contents) {
        return new Found.Broken(id, absent + " is " + contents.whyNotHere());
    }

    private Found read(SessionId id, PoolContents contents) {
        try {
            return new Found.Whole(read(id));
        } catch (EngineException | ManifestDamaged unreadable) {
            // A damaged record affects only its own session: the others are still found.
            return new Found.Broken(
                    id,
                    "the record in " + contents.place(PoolName.session(id)) + " cannot be read: "
                            + unreadable.getMessage());
        }
    }

    /**
     * Whether the image that a record names exists. False for a record that names none.
     *
     * @throws EngineException.VolumeUnreadable when it was not found, and something in the pool could not be read, which
     *     may be that image
     */
    public boolean isMade(SessionRecord record) {
        if (record.image().isEmpty()) {
            return false;
        }
        VolumeName manifest = PoolName.manifest(record.image().get());
        boolean isThere = engine.find(manifest).isPresent();
        if (!isThere && !engine.unreadable().isEmpty()) {
            throw Unreadable.mayBeAnyOf(engine.unreadable(), manifest);
        }
        return isThere;
    }
}
