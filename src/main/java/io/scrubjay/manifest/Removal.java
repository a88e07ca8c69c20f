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
 * Removes images, snapshots and volumes in steps that a start can tell from damage. The record, a manifest or a label, is
 * renamed to {@code deleted-<id>}: from then on what it is of exists no more, and a start removes what is left. That name
 * goes last. Bytes whose record is merely missing are never taken for deleted ones.
 *
 * <p>Keeps no state; every call blocks, for workers.
 */
final class Removal {
    /**
     * All that may belong to one id.
     *
     * <p>ORDER: heads and volumes before images and snapshots, which may be their parents; last what says that the rest is
     * to be removed.
     */
    static final List<PoolName.Kind> KINDS = List.of(
            PoolName.Kind.HEAD,
            PoolName.Kind.VOLUME,
            PoolName.Kind.VOLUME_SNAPSHOT,
            PoolName.Kind.SNAPSHOT,
            PoolName.Kind.STAGED_QUARANTINE,
            PoolName.Kind.QUARANTINE,
            PoolName.Kind.STAGED_MANIFEST,
            PoolName.Kind.STAGED_LABEL,
            PoolName.Kind.DELETED);

    private static final Logger LOG = Logger.getLogger(Removal.class);

    private final StorageEngine engine;
    private final Records records;

    Removal(StorageEngine engine) {
        this.engine = engine;
        this.records = new Records(engine);
    }

    /**
     * Ends the existence of what this record is of. Durable on return.
     *
     * @param rest what it may have its bytes or a marker in: where that is in the pool without the record, it is noted
     * @throws EngineException.VolumeNotFound when there is neither the record nor any of that
     * @throws EngineException.VolumeUnreadable when the record cannot be read, or is not there and something in the pool could
     *     not be read, which may be the record; nothing changes
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
            // It may have happened all the same; the pool knows.
            if (isThere(record) || !isThere(deleted)) {
                throw failure;
            }
        }
    }

    /**
     * A pool so full that not even a new name can be written down has room once the record is gone. A crash before the
     * note is there leaves bytes without a record, which stay until somebody deletes them again. So does a failure to write
     * it: the record is gone, so the deletion has happened.
     *
     * @throws EngineException.DeviceStalled when the note may come yet
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
            // What is deleted next makes room, and needs no note then.
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
     * Removes all that is left of this id. When it fails it may be done again; what a crash leaves, the next start
     * removes.
     */
    void finish(StoredId id) {
        KINDS.forEach(kind -> records.deleteIfPresent(new PoolName(kind, id).volume()));
    }

    /**
     * A volume that the engine could not read may have lost its name too, so that a search for the record misses it.
     */
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
