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
 * A volume or snapshot of an open pool: its present name and meta, and how many handles are open. Thread-safe: guarded
 * by its own monitor; {@link #name} and {@link #meta} may be read at any time. The monitor is held during single file
 * operations that must find the directory while others rename it, never while a handle reads or writes.
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
     * @throws EngineException.VolumeNotFound also when somebody else has removed the data file: missing bytes do not
     *     count as zeroes
     * @throws EngineException.DeviceFailed also when it is opened for writing and somebody else has truncated it
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

    /** Undoes the count of {@link #enter}. */
    synchronized void leave(Access access) {
        handles--;
        written &= access != Access.WRITE;
    }

    /**
     * Uses the data file for a moment, whatever handles are open.
     *
     * @throws EngineException.VolumeNotFound also when somebody else has removed the data file
     * @throws EngineException.DeviceFailed also when somebody else has truncated it: missing bytes do not count as
     *     zeroes
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

    /**
     * Uses the data file for a moment, even if somebody else has truncated it; empty when somebody else has removed it.
     */
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

    /** @throws EngineException.DeviceFailed when somebody has truncated the data file */
    void requireWhole(DataFile file) {
        // Read the size first: a file grows before its volume does.
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

    /** The bytes that the data file occupies; 0 when it is gone. */
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
     * Changes the meta file and {@link #meta} in one durable step.
     *
     * @throws EngineException when this fails: everything is as before, or the result is unknown and the catalog keeps
     *     the change
     */
    synchronized void update(VolumeMeta next, Catalog catalog) {
        new MetaChange(pool.files(), directory(), name, meta, next, known -> meta = known).make(catalog);
    }

    /** Makes a retired volume smaller. */
    synchronized void cut(long sizeBytes, Catalog catalog) {
        // ORDER: meta first. After a crash in between, the file is only too long, and the next growth truncates it
        // before it grows.
        update(meta.withSize(sizeBytes), catalog);
        withRetiredData(data -> {
            data.truncate(sizeBytes);
            data.sync();
        });
    }

    /** Renames the volume in one durable step, also in the catalog; open files stay open. */
    synchronized void rename(VolumeName to, Catalog catalog) {
        VolumeDirectory directory = directory();
        try {
            // ORDER: first the meta file for the new name, replacing one that an earlier attempt has left; the rename
            // makes it valid.
            pool.files().write(directory.metaFor(to), meta.encode(to));
            pool.files().syncDirectory(directory.path());
        } catch (EngineException failed) {
            pool.files().discard(directory.metaFor(to));
            throw failed;
        }
        move(to, meta, catalog);
    }

    /** Renames the directory in one durable step; its meta file for the new name exists already. */
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

    /** Does everything of a seal that takes time; afterwards only {@link #commitSeal} remains. */
    void prepareSeal(VolumeName snapshot) {
        VolumeDirectory directory = directory();
        try {
            // ORDER: sync the data, then write the meta file for the new name; the rename comes last and is the commit.
            withRetiredData(DataFile::sync);
            pool.files().write(directory.metaFor(snapshot), meta.sealed().encode(snapshot));
            pool.files().syncDirectory(directory.path());
        } catch (EngineException failed) {
            pool.files().discard(directory.metaFor(snapshot));
            throw failed;
        }
    }

    /** Turns the volume into a snapshot with another name, in one durable step, also in the catalog. */
    synchronized void commitSeal(VolumeName snapshot, Catalog catalog) {
        move(snapshot, meta.sealed(), catalog);
    }

    /**
     * From now on, refuses to open the volume.
     *
     * @throws EngineException.VolumeInUse while a handle is open
     */
    synchronized void retire() {
        requirePresent();
        if (handles > 0) {
            throw new EngineException.VolumeInUse(name, List.of());
        }
        gone = true;
    }

    /** Undoes {@link #retire}. */
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
            // The file is missing only if the pool itself is there.
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
