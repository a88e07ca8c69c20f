// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.manifest;

import io.scrubjay.engine.EngineException;
import io.scrubjay.engine.Provisioning;
import io.scrubjay.engine.StorageEngine;
import io.scrubjay.engine.Unreadable;
import io.scrubjay.engine.VolumeName;
import org.jboss.logging.Logger;

import java.util.List;

/**
 * Removes images, snapshots and volumes in steps that the next start can tell from damage. First the record (a manifest
 * or a label) is renamed to {@code deleted-<id>}: from then on the image, snapshot or volume no longer exists, and a
 * start removes what is left of it. The renamed record is removed last. Bytes whose record is merely missing are never
 * treated as deleted.
 *
 * <p>Keeps no state; every call blocks and is for workers.
 */
final class Removal {
    /**
     * All kinds of volumes that may belong to one id.
     *
     * <p>ORDER: heads and volumes before images and snapshots, which may be their parents; last the record that says
     * that the rest is to be removed.
     */
    static final List<PoolName.Kind> KINDS = List.of(
            PoolName.Kind.HEAD,
            PoolName.Kind.SPOOL,
            PoolName.Kind.VOLUME,
            PoolName.Kind.VOLUME_SNAPSHOT,
            PoolName.Kind.SNAPSHOT,
            PoolName.Kind.STAGED_QUARANTINE,
            PoolName.Kind.QUARANTINE,
            PoolName.Kind.STAGED_MANIFEST,
            PoolName.Kind.STAGED_LABEL,
            PoolName.Kind.UPLOAD,
            PoolName.Kind.STAGED_SESSION,
            PoolName.Kind.DELETED);

    private static final Logger LOG = Logger.getLogger(Removal.class);

    private final StorageEngine engine;
    private final Records records;

    Removal(StorageEngine engine) {
        this.engine = engine;
        this.records = new Records(engine);
    }

    /**
     * Makes the image, snapshot or volume of this record cease to exist. Durable on return.
     *
     * @param rest the volumes that may hold its bytes or a marker; if one of them is in the pool but the record is not,
     *     the deletion is recorded as a new volume
     * @throws EngineException.VolumeNotFound when neither the record nor any of these volumes exists
     * @throws EngineException.VolumeUnreadable when the record cannot be read, or when it was not found and something
     *     in the pool could not be read, which may be the record; nothing changes
     */
    void begin(StoredId id, VolumeName record, List<VolumeName> rest) {
        VolumeName deleted = PoolName.deleted(id);
        boolean hasRecord = isThere(record);
        if (!hasRecord && !isThere(deleted)) {
            requireAllReadable(record);
        }
        if (!hasRecord && rest.stream().noneMatch(this::isThere)) {
            throw new EngineException.VolumeNotFound(record);
        }
        try {
            if (hasRecord) {
                engine.rename(record, deleted);
            } else {
                engine.create(deleted, 1, Provisioning.THIN);
            }
        } catch (EngineException.NoSpace full) {
            beginWithoutRoom(record, deleted);
        } catch (EngineException failure) {
            // The rename may have happened nevertheless; the pool shows whether it has.
            if (isThere(record) || !isThere(deleted)) {
                throw failure;
            }
        }
    }

    /**
     * On a pool so full that not even a rename fits, deletes the record first, which makes room, and then writes the
     * note {@code deleted-<id>}. After a crash between the two there are bytes without a record, which stay until
     * somebody deletes them again. The same is true when the note cannot be written: without its record, the image,
     * snapshot or volume is deleted.
     *
     * @throws EngineException.DeviceStalled when the note may still be written
     */
    private void beginWithoutRoom(VolumeName record, VolumeName deleted) {
        try {
            records.deleteIfPresent(record);
        } catch (EngineException failure) {
            if (isThere(record)) {
                throw failure;
            }
        }
        try {
            records.reserve(deleted);
        } catch (EngineException.NoSpace stillFull) {
            // Deleting the rest makes room, and then no note is needed.
            return;
        } catch (EngineException.DeviceStalled stalled) {
            throw stalled;
        } catch (EngineException failure) {
            LOG.warnf(
                    failure,
                    "%s is deleted, but the pool could not note it: if the agent ends before the rest is removed, the next"
                            + " start shows that as bytes without a record",
                    record);
        }
    }

    /**
     * Removes everything that is left of this id. It can be repeated after a failure; after a crash, the next start
     * removes the remains.
     */
    void finish(StoredId id) {
        KINDS.forEach(kind -> records.deleteIfPresent(new PoolName(kind, id).volume()));
    }

    /** A volume that the engine could not read may have lost its name too, so a search by name may miss the record. */
    private void requireAllReadable(VolumeName record) {
        List<Unreadable> unreadable = engine.unreadable();
        if (!unreadable.isEmpty()) {
            throw Unreadable.mayBeAnyOf(unreadable, record);
        }
    }

    private boolean isThere(VolumeName name) {
        return engine.find(name).isPresent();
    }
}
