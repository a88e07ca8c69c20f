// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.engine.file;

import io.scrubjay.engine.EngineException;
import io.scrubjay.engine.VolumeName;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.Stream;

/**
 * The directory of an open pool: the paths in it, and the lock on it. Thread-safe: immutable except for closing.
 *
 * <p>Opening empties {@code staging} and {@code trash}: nothing in them is a volume, since it never became one or was
 * deleted.
 */
final class PoolDirectory implements AutoCloseable {
    static final String FORMAT = "format";
    static final String LOCK = "lock";
    static final String VOLUMES = "volumes";
    static final String STAGING = "staging";
    static final String TRASH = "trash";
    static final String PROOF = "proof";

    private final Path root;
    private final PoolSpace space;
    private final DurableFiles files;
    private final Remnants remnants;
    private final PoolFormat format;
    private final PoolLock lock;
    private final HeldDirectory volumes;

    private PoolDirectory(
            Path root,
            PoolSpace space,
            DurableFiles files,
            Remnants remnants,
            PoolFormat format,
            PoolLock lock,
            HeldDirectory volumes) {
        this.root = root;
        this.space = space;
        this.files = files;
        this.remnants = remnants;
        this.format = format;
        this.lock = lock;
        this.volumes = volumes;
    }

    /**
     * Opens and locks the pool; creates it first if the directory is absent or empty.
     *
     * @param steps makes the changes of directories, on a file system with this space
     * @throws EngineException.PoolUnusable when this is impossible; a directory that is not a pool stays unchanged
     */
    static PoolDirectory open(FilePool pool, Function<PoolSpace, DurableFiles> steps) {
        Path root = OwnDirectory.existing(pool.path().toAbsolutePath().normalize());
        PoolLayout layout = new PoolLayout(root);
        layout.requirePoolOrNothing();
        PoolLock lock = PoolLock.take(root, root.resolve(LOCK));
        try {
            PoolSpace space = new PoolSpace(root);
            DurableFiles files = steps.apply(space);
            Remnants remnants = new Remnants(files);
            PoolFormat format =
                    layout.hasFormat() ? layout.format() : layout.begin(files, new PoolFormat(pool.clusterSize()));
            HeldDirectory volumes = layout.openVolumes();
            try {
                // ORDER: nothing in a directory is changed before it is certain that it is a pool.
                OwnDirectory.restrict(root);
                prepare(root, files, remnants);
            } catch (RuntimeException | Error failed) {
                volumes.close();
                throw failed;
            }
            return new PoolDirectory(root, space, files, remnants, format, lock, volumes);
        } catch (RuntimeException | Error failed) {
            lock.close();
            throw failed;
        }
    }

    Path root() {
        return root;
    }

    PoolSpace space() {
        return space;
    }

    DurableFiles files() {
        return files;
    }

    /** Files that belong to no volume and could not be removed. */
    Remnants remnants() {
        return remnants;
    }

    PoolFormat format() {
        return format;
    }

    Path volumes() {
        return root.resolve(VOLUMES);
    }

    VolumeDirectory volume(VolumeName name) {
        return new VolumeDirectory(volumes().resolve(name.value()));
    }

    /** Where an administrator finds a volume: below the pool's directory. */
    String place(VolumeName name) {
        return VOLUMES + "/" + name;
    }

    /** Where a volume is built before it gets its name. */
    VolumeDirectory staging(UUID id) {
        return new VolumeDirectory(root.resolve(STAGING).resolve(id.toString()));
    }

    /** A temporary file; the next opening of the pool removes it, if nobody has before. */
    Path stagingFile(String name) {
        return root.resolve(STAGING).resolve(name);
    }

    /** A file without meaning, which is written to prove that the pool accepts writes. */
    Path proof() {
        return root.resolve(PROOF);
    }

    /**
     * Makes a call that reports something about the pool, and makes sure that the pool is there before and after it: an
     * empty mount point has no volumes.
     *
     * @throws EngineException.DeviceFailed when the pool's paths no longer lead to the directories that were opened
     */
    <T> T telling(Supplier<T> call) {
        requireThere();
        T answer = call.get();
        requireThere();
        return answer;
    }

    /**
     * Makes a call that changes the pool's structure. Makes sure, before and after it, that the pool is there and that
     * nobody else can have opened it.
     *
     * @throws EngineException.DeviceFailed as {@link #telling}, or when the lock was lost; if this is noticed only
     *     afterwards, the change may have happened
     */
    <T> T changing(Supplier<T> change) {
        // ORDER: check the pool first, so that the lock file is not created again in some other directory.
        requireThere();
        lock.requireHeld();
        T answer = change.get();
        requireThere();
        return answer;
    }

    /** @throws EngineException.DeviceFailed when the pool's paths no longer lead to the directories that were opened */
    void requireThere() {
        lock.requireThere();
        volumes.requireThere();
    }

    /**
     * Removes a volume's name in one step, then its bytes.
     *
     * @param then runs when the name is durably removed
     */
    void trash(VolumeName name, Catalog catalog, Runnable then) {
        Path directory = volume(name).path();
        // Somebody else may have removed the directory, so that nothing is left to do. The directory may also be
        // missing because the whole pool is; the caller checks that.
        if (!DurableFiles.exists(directory)) {
            then.run();
            return;
        }
        Path grave = root.resolve(TRASH).resolve(UUID.randomUUID().toString());
        Runnable gone = () -> {
            then.run();
            remnants.remove(grave);
        };
        // ORDER: the name is durably removed before the first byte, so that a crash leaves all of a volume or nothing.
        new Move(files, directory, grave, Set.of(name), gone, () -> {}).make(catalog);
    }

    @Override
    public void close() {
        try (volumes) {
            lock.close();
        }
    }

    static List<Path> entries(Path directory) {
        try (Stream<Path> entries = Files.list(directory)) {
            return entries.sorted().toList();
        } catch (IOException | UncheckedIOException failed) {
            throw new EngineException.DeviceFailed("list " + directory, 0, failed);
        }
    }

    /** Empties {@code staging} and {@code trash}. Creates them if they are missing, as they may be in a copied pool. */
    private static void prepare(Path root, DurableFiles files, Remnants remnants) {
        for (String directory : List.of(STAGING, TRASH)) {
            files.ensureDirectory(root.resolve(directory));
        }
        files.syncDirectory(root);
        entries(root.resolve(STAGING)).forEach(remnants::remove);
        entries(root.resolve(TRASH)).forEach(remnants::remove);
    }
}
