// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.engine.file;

import io.scrubjay.engine.Access;
import io.scrubjay.engine.EngineException;
import io.scrubjay.engine.Errno;
import io.scrubjay.engine.Unreadable;
import io.scrubjay.engine.VolumeKind;
import io.scrubjay.engine.VolumeName;

import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.function.Consumer;
import java.util.function.Function;

/**
 * A volume or snapshot of an open pool: its name and meta at this moment, and who has it open. Thread-safe: guarded by
 * its own monitor; {@link #name} and {@link #meta} may be read at any time. The monitor is held over single file
 * operations that must not miss the directory while it is renamed, never over data.
 */
final class PoolVolume {
    private final PoolDirectory pool;
    private final Traffic traffic;
    private volatile VolumeName name;
    private volatile VolumeMeta meta;
    private int handles;
    private boolean written;
    private boolean gone;

    PoolVolume(PoolDirectory pool, Traffic traffic, VolumeName name, VolumeMeta meta) {
        this.pool = pool;
        this.traffic = traffic;
        this.name = name;
        this.meta = meta;
    }

    UUID id() {
        return meta.id();
    }

    VolumeName name() {
        return name;
    }

    VolumeMeta meta() {
        return meta;
    }

    Traffic traffic() {
        return traffic;
    }

    boolean isSnapshot() {
        return meta.kind() == VolumeKind.SNAPSHOT;
    }

    /**
     * Opens the data file and counts the handle.
     *
     * @throws EngineException.VolumeNotFound also when somebody else has removed the data file: its bytes are no zeroes
     * @throws EngineException.DeviceFailed also when it is to be written and somebody else has cut it
     */
    synchronized DataFile enter(Access access) {
        requirePresent();
        if (access == Access.WRITE && isSnapshot()) {
            throw new IllegalArgumentException("'" + name + "' is a snapshot: it cannot be written");
        }
        if (access == Access.WRITE && written) {
            throw new EngineException.VolumeInUse(name, List.of());
        }
        DataFile file = access == Access.WRITE ? wholeData(access) : data(access);
        handles++;
        written |= access == Access.WRITE;
        return file;
    }

    /** Takes back what {@link #enter} has counted. */
    synchronized void leave(Access access) {
        handles--;
        written &= access != Access.WRITE;
    }

    /**
     * Uses the data file for a moment, whatever handles are open.
     *
     * @throws EngineException.VolumeNotFound also when somebody else has removed the data file
     * @throws EngineException.DeviceFailed also when somebody else has cut it: what is missing are not zeroes
     */
    <T> T withData(Access access, Function<DataFile, T> use) {
        DataFile file;
        synchronized (this) {
            requirePresent();
            file = wholeData(access);
        }
        try (file) {
            return use.apply(file);
        }
    }

    /** Uses the data file for a moment, whole or cut; empty when somebody else has removed it. */
    <T> Optional<T> withDataLeft(Function<DataFile, T> use) {
        DataFile file;
        synchronized (this) {
            requirePresent();
            try {
                file = data(Access.READ);
            } catch (EngineException.VolumeNotFound removed) {
                return Optional.empty();
            }
        }
        try (file) {
            return Optional.of(use.apply(file));
        }
    }

    /** @throws EngineException.DeviceFailed when somebody has cut the data file */
    void requireWhole(DataFile file) {
        // The size first: a file grows before its volume does.
        long sizeBytes = meta.sizeBytes();
        file.requireLength(sizeBytes);
    }

    private void withRetiredData(Consumer<DataFile> use) {
        try (DataFile file = wholeData(Access.WRITE)) {
            use.accept(file);
        }
    }

    /** @throws EngineException.DeviceFailed when the pool is not where it was opened */
    void requireThere() {
        pool.requireThere();
    }

    /** The bytes that the data occupy; 0 when they are gone. */
    synchronized long occupiedBytes() {
        return Math.max(0, NativePath.of(directory().data()).pass(FileNative::occupied));
    }

    /**
     * How a start would report the data file, if somebody else has removed or truncated it since this start. Empty when
     * the file is complete, when this cannot be known, or when the volume is being deleted or sealed.
     */
    synchronized Optional<Unreadable> incomplete() {
        if (gone) {
            return Optional.empty();
        }
        try {
            directory().requireDataSeen(meta.sizeBytes());
            return Optional.empty();
        } catch (DamagedException damaged) {
            return Optional.of(
                    new Unreadable(Optional.of(name), pool.place(name), damaged.errno(), damaged.getMessage()));
        }
    }

    /**
     * Changes the meta file, and this, in one step that lasts.
     *
     * @throws EngineException when that cannot be promised: all is as before, or the catalog keeps the change as unclear
     */
    synchronized void update(VolumeMeta next, Catalog catalog) {
        new MetaChange(pool.files(), directory(), name, meta, next, known -> meta = known).make(catalog);
    }

    /** Takes the end off the data file of a volume that is retired. */
    synchronized void cut(long sizeBytes, Catalog catalog) {
        // ORDER: meta says so first. After a crash in between the file is only too long, and a growth cuts it before.
        update(meta.withSize(sizeBytes), catalog);
        withRetiredData(data -> {
            data.truncate(sizeBytes);
            data.sync();
        });
    }

    /** Renames the directory in one step that lasts, and this in the catalog; what was opened stays open. */
    synchronized void rename(VolumeName to, Catalog catalog) {
        VolumeDirectory directory = directory();
        try {
            // ORDER: the meta that says the new name waits for it; what an earlier try has left there is replaced.
            pool.files().write(directory.metaFor(to), meta.encode(to));
            pool.files().syncDirectory(directory.path());
        } catch (EngineException failed) {
            pool.files().discard(directory.metaFor(to));
            throw failed;
        }
        move(to, meta, catalog);
    }

    /** Lets the directory have another name, for which its meta file waits, in one step that lasts. */
    private void move(VolumeName to, VolumeMeta next, Catalog catalog) {
        VolumeDirectory directory = directory();
        new Move(
                        pool.files(),
                        directory.path(),
                        pool.volume(to).path(),
                        Set.of(name, to),
                        () -> moved(to, next, catalog),
                        () -> pool.files().discard(directory.metaFor(to)))
                .make(catalog);
    }

    private synchronized void moved(VolumeName to, VolumeMeta next, Catalog catalog) {
        catalog.rename(this, () -> {
            name = to;
            meta = next;
        });
        directory().settle(pool.files());
    }

    /** Does all of a seal that takes time: afterwards only {@link #commitSeal} is missing. */
    void prepareSeal(VolumeName snapshot) {
        VolumeDirectory directory = directory();
        try {
            // ORDER: the data, then the meta that waits for the new name; the name comes last and is the commit.
            withRetiredData(DataFile::sync);
            pool.files().write(directory.metaFor(snapshot), meta.sealed().encode(snapshot));
            pool.files().syncDirectory(directory.path());
        } catch (EngineException failed) {
            pool.files().discard(directory.metaFor(snapshot));
            throw failed;
        }
    }

    /** Becomes a snapshot of another name, in one step that lasts, in the catalog too. */
    synchronized void commitSeal(VolumeName snapshot, Catalog catalog) {
        move(snapshot, meta.sealed(), catalog);
    }

    /** Lets nobody open it from now on. */
    synchronized void retire() {
        requirePresent();
        if (handles > 0) {
            throw new EngineException.VolumeInUse(name, List.of());
        }
        gone = true;
    }

    /** Takes {@link #retire} back. */
    synchronized void revive() {
        gone = false;
    }

    private void requirePresent() {
        if (gone) {
            throw new EngineException.VolumeNotFound(name);
        }
    }

    private DataFile wholeData(Access access) {
        DataFile file = data(access);
        try {
            requireWhole(file);
            return file;
        } catch (EngineException failed) {
            file.close();
            throw failed;
        }
    }

    private DataFile data(Access access) {
        try {
            return opened(access);
        } catch (EngineException.DeviceFailed failed) {
            if (failed.errno() != Errno.ENOENT) {
                throw failed;
            }
            // Only if the pool was there to be looked into.
            pool.requireThere();
            throw new EngineException.VolumeNotFound(name);
        }
    }

    private DataFile opened(Access access) {
        return switch (access) {
            case READ -> DataFile.openForReading(directory().data(), name.value(), pool.space());
            case VERIFY -> DataFile.openForVerifying(directory().data(), name.value(), pool.space());
            case WRITE -> DataFile.openForWriting(directory().data(), name.value(), pool.space());
        };
    }

    private VolumeDirectory directory() {
        return pool.volume(name);
    }
}
