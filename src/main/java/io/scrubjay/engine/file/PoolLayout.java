// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.engine.file;

import io.scrubjay.engine.EngineException;
import io.scrubjay.engine.Errno;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Decides, from the files in a directory, whether it is a pool, can become one, or is a pool that has lost something.
 * Immutable.
 *
 * <p>A pool is created in this order, each step durable before the next: the directory {@code volumes}, then the file
 * {@code format}. So a {@code format} without {@code volumes} is never left by a first start that was cut short: the
 * volumes are missing, and such a pool must not be mistaken for an empty one.
 *
 * @param root the pool's directory
 */
record PoolLayout(Path root) {
    /**
     * Names that a directory may contain before it becomes a pool: files of a first start that was cut short, and of
     * mkfs.
     */
    private static final Set<String> HARMLESS = Set.of(PoolDirectory.LOCK, PoolDirectory.FORMAT + "~", "lost+found");

    private static final Set<String> OF_A_POOL =
            Set.of(PoolDirectory.VOLUMES, PoolDirectory.STAGING, PoolDirectory.TRASH, PoolDirectory.PROOF);

    /**
     * @throws EngineException.PoolUnusable when the directory is not a pool and contains more than the traces of a
     *     first start
     */
    void requirePoolOrNothing() {
        if (hasFormat()) {
            return;
        }
        List<String> strange = PoolDirectory.entries(root).stream()
                .filter(entry -> !isOfACutStart(entry))
                .map(entry -> entry.getFileName().toString())
                .toList();
        Optional<String> ofAPool = strange.stream().filter(OF_A_POOL::contains).findFirst();
        if (ofAPool.isPresent()) {
            throw new EngineException.PoolUnusable(
                    "the directory " + root + " has '" + ofAPool.get()
                            + "' but no file 'format': it is not a pool, or a pool that has lost this file",
                    "restore the file (a copy from any pool with the same cluster size works), or name an empty"
                            + " directory",
                    Optional.empty());
        }
        if (!strange.isEmpty()) {
            throw new EngineException.PoolUnusable(
                    "the directory " + root + " is not a pool and is not empty: it contains " + strange.get(0),
                    "name an empty directory, or one that holds a pool",
                    Optional.empty());
        }
    }

    private static boolean isOfACutStart(Path entry) {
        String name = entry.getFileName().toString();
        return name.equals(PoolDirectory.VOLUMES)
                ? Files.isDirectory(entry) && PoolDirectory.entries(entry).isEmpty()
                : HARMLESS.contains(name);
    }

    boolean hasFormat() {
        return DurableFiles.exists(root.resolve(PoolDirectory.FORMAT));
    }

    /** Reads the file {@code format}. */
    PoolFormat format() {
        Path file = root.resolve(PoolDirectory.FORMAT);
        try {
            return PoolFormat.decode(Files.readAllBytes(file));
        } catch (IOException failed) {
            throw new EngineException.DeviceFailed("read " + file, 0, failed);
        }
    }

    /** Makes a pool of a directory that has no {@code format} and that {@link #requirePoolOrNothing} accepts. */
    PoolFormat begin(DurableFiles files, PoolFormat fresh) {
        files.ensureDirectory(root.resolve(PoolDirectory.VOLUMES));
        // ORDER: the directory is durable before the format, whose existence means that the directory was there. So are
        // the names of the directories above: once there is a format, nobody syncs them again.
        files.syncDirectory(root);
        syncAbove(files);
        files.replace(root.resolve(PoolDirectory.FORMAT), fresh.encode());
        return fresh;
    }

    /**
     * Syncs the directories above the pool, which this start, or one that was cut short, may have created. Skips those
     * in which this user cannot write, such as on a read-only file system, which may not support syncing: it has
     * created nothing there.
     */
    private void syncAbove(DurableFiles files) {
        for (Path above = root.getParent(); above != null; above = above.getParent()) {
            if (Files.isWritable(above) && Files.isReadable(above)) {
                files.syncDirectory(above);
            }
        }
    }

    /** @throws EngineException.PoolUnusable when the pool has lost its directory {@code volumes} */
    HeldDirectory openVolumes() {
        try {
            return HeldDirectory.open(root.resolve(PoolDirectory.VOLUMES));
        } catch (EngineException.DeviceFailed failed) {
            if (failed.errno() != Errno.ENOENT) {
                throw failed;
            }
            throw new EngineException.PoolUnusable(
                    "the pool " + root + " has lost its directory 'volumes', and with it all that is stored",
                    "restore the directory, or mount the file system it is on; to start with an empty pool, name an"
                            + " empty directory",
                    Optional.of(failed));
        }
    }
}
