// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.engine.spdk;

import io.scrubjay.engine.Access;
import io.scrubjay.engine.EngineException;
import io.scrubjay.engine.VolumeKind;
import io.scrubjay.engine.VolumeName;
import io.scrubjay.engine.VolumeSummary;
import io.scrubjay.engine.spdk.process.NativeHandle;

import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/**
 * A volume of an open pool: the properties that SPDK reports, and who has it open. Thread-safe: guarded by itself.
 * Changes to the volume pass its gate.
 */
final class StoredLvol {
    private final String uuid;
    private final ChangeGate gate = new ChangeGate();
    private Lvol facts;
    private VolumeName name;
    private int handles;
    private boolean writing;
    private boolean retired;
    private Optional<Lent<NativeHandle>> exported = Optional.empty();

    StoredLvol(VolumeName name, Lvol facts) {
        this.uuid = facts.uuid();
        this.name = name;
        this.facts = facts;
    }

    String uuid() {
        return uuid;
    }

    ChangeGate gate() {
        return gate;
    }

    synchronized VolumeName name() {
        return name;
    }

    synchronized Lvol facts() {
        return facts;
    }

    synchronized long sizeBytes() {
        return facts.sizeBytes();
    }

    synchronized boolean isSnapshot() {
        return facts.kind() == VolumeKind.SNAPSHOT;
    }

    /** Replaces the properties with those that SPDK reports now; the name may have changed. */
    synchronized void update(Lvol newer) {
        facts = newer;
        name = VolumeName.of(newer.name());
    }

    synchronized VolumeSummary summary() {
        return new VolumeSummary(
                name,
                facts.kind(),
                facts.provisioning(),
                facts.sizeBytes(),
                facts.parent().map(VolumeName::of));
    }

    /**
     * Counts a new handle.
     *
     * @throws EngineException.VolumeInUse when another handle already writes
     * @throws EngineException.VolumeNotFound when the volume is being deleted
     */
    synchronized void enter(Access access) {
        if (retired) {
            throw new EngineException.VolumeNotFound(name);
        }
        if (access == Access.WRITE) {
            if (facts.kind() == VolumeKind.SNAPSHOT) {
                throw new IllegalArgumentException("'" + name + "' is a snapshot");
            }
            if (writing) {
                throw new EngineException.VolumeInUse(name, List.of());
            }
            writing = true;
        }
        handles++;
    }

    synchronized void leave(Access access) {
        handles--;
        if (access == Access.WRITE) {
            writing = false;
        }
    }

    /** Keeps the handle that was opened before the volume was exported. */
    synchronized void exported(NativeHandle writer) {
        exported = Optional.of(new Lent<>(writer, NativeHandle::close));
    }

    /** Whether a client may be writing to it. */
    synchronized boolean isExported() {
        return exported.isPresent();
    }

    /** Closes the handle that {@link #exported} keeps, once nobody is {@linkplain #writing} through it. */
    void endExport() {
        Optional<Lent<NativeHandle>> writer;
        synchronized (this) {
            writer = exported;
            exported = Optional.empty();
        }
        writer.ifPresent(Lent::giveUp);
    }

    /**
     * Writes to the volume, beside all others that write. While a volume is exported, SPDK lets nobody open it for
     * writing, but a handle from before the export still works.
     */
    <T> T writing(OpenPool pool, Function<NativeHandle, T> work) {
        Optional<Lent<NativeHandle>> present;
        synchronized (this) {
            present = exported;
        }
        return present.flatMap(writer -> writer.use(work)).orElseGet(() -> opened(pool, work));
    }

    private <T> T opened(OpenPool pool, Function<NativeHandle, T> work) {
        NativeHandle handle = pool.openWrite(uuid);
        try {
            return work.apply(handle);
        } finally {
            handle.close();
        }
    }

    /**
     * From now on, nobody can open the volume.
     *
     * @throws EngineException.VolumeInUse while a handle is open
     */
    synchronized void retire() {
        if (handles > 0) {
            throw new EngineException.VolumeInUse(name, List.of());
        }
        retired = true;
    }

    synchronized void revive() {
        retired = false;
    }
}
