// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.engine.file;

import io.scrubjay.block.BufferAddress;
import io.scrubjay.engine.EngineException;
import io.scrubjay.engine.Errno;

import java.io.IOException;
import java.lang.System.Logger.Level;
import java.lang.ref.Reference;
import java.nio.ByteBuffer;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;

/**
 * The steps that change a pool's directories, each with the syncs that make it durable. Failures are {@link
 * EngineException}s. Thread-safe: has no state of its own.
 *
 * <p>Not final, so that tests can make single steps fail.
 */
class DurableFiles {
    private static final System.Logger LOG = System.getLogger(DurableFiles.class.getName());

    /** The least space that a new directory or small file takes. */
    private static final int BLOCK_BYTES = 4096;
    /**
     * The most inodes that an upload needs: each volume in the pool is a directory with two files, and an image
     * consists of more than one of these volumes.
     */
    private static final int INODES_OF_AN_UPLOAD = 16;

    private final PoolSpace space;

    DurableFiles(PoolSpace space) {
        this.space = space;
    }

    /** Creates a directory; its name is durable once its parent is synced. */
    void makeDirectory(Path directory) {
        check("mkdir", directory, NativePath.of(directory).pass(FileNative::mkdir));
    }

    /** Creates a directory unless it exists. */
    void ensureDirectory(Path directory) {
        long result = NativePath.of(directory).pass(FileNative::mkdir);
        if (result != -Errno.EEXIST) {
            check("mkdir", directory, result);
        }
    }

    /** Writes and syncs a whole small file; its name is durable once its directory is synced. */
    void write(Path file, byte[] content) {
        fill(file, (int) check("create", file, NativePath.of(file).pass(FileNative::create)), content);
    }

    /**
     * Writes a small file. A file that exists keeps its blocks, so it can be written again on a full file system. Not
     * atomic.
     */
    void rewrite(Path file, byte[] content) {
        long opened = NativePath.of(file).pass(FileNative::openWrite);
        if (opened == -Errno.ENOENT) {
            write(file, content);
        } else {
            fill(file, (int) check("open", file, opened), content);
        }
    }

    /**
     * Proves that there are enough inodes for an upload. Some file systems report no free inodes but create files
     * nevertheless; there, this creates a file and removes it again.
     *
     * @throws EngineException.NoSpace when there are too few
     */
    void proveInodes(Path file) {
        long free = space.freeInodes();
        if (free == 0) {
            FileNative.close((int) check("create", file, NativePath.of(file).pass(FileNative::create)));
            discard(file);
        } else if (free < INODES_OF_AN_UPLOAD) {
            throw EngineException.NoSpace.ofInodes(free, space.usableBytes());
        }
    }

    private void fill(Path file, int fd, byte[] content) {
        ByteBuffer bytes =
                ByteBuffer.allocateDirect(content.length).put(content).flip();
        try {
            check("write", file, FileNative.pwrite(fd, BufferAddress.of(bytes), 0, bytes.remaining()));
            check("fsync", file, FileNative.fsync(fd));
        } finally {
            Reference.reachabilityFence(bytes);
            FileNative.close(fd);
        }
    }

    /** Replaces or creates a whole small file, atomically and durably. */
    void replace(Path file, byte[] content) {
        Path next = file.resolveSibling(file.getFileName() + "~");
        // ORDER: the new bytes are on the medium before the name refers to them.
        write(next, content);
        rename(next, file);
        syncDirectory(file.getParent());
    }

    /** Makes the names in a directory durable. */
    void syncDirectory(Path directory) {
        int fd = (int) check("open", directory, NativePath.of(directory).pass(FileNative::openDirectory));
        try {
            check("fsync", directory, FileNative.fsync(fd));
        } finally {
            FileNative.close(fd);
        }
    }

    /** Renames inside one file system; durable once the directories are synced. */
    void rename(Path from, Path to) {
        NativePath target = NativePath.of(to);
        check(
                "rename to " + to + " of",
                from,
                NativePath.of(from).pass(source -> target.pass(address -> FileNative.rename(source, address))));
    }

    /**
     * Removes a file, or a directory with everything in it, if it exists. If that fails, logs it and leaves the rest.
     */
    void discard(Path tree) {
        try {
            remove(tree);
        } catch (IOException failed) {
            LOG.log(
                    Level.WARNING,
                    "could not remove " + tree + "; it takes space until the next start, which tries again",
                    failed);
        }
    }

    /**
     * Removes a file, or a directory with everything in it, if it exists.
     *
     * @throws IOException when this fails; a part may be removed already
     */
    void remove(Path tree) throws IOException {
        try {
            Files.walkFileTree(tree, new Remover());
        } catch (NoSuchFileException gone) {
            LOG.log(Level.TRACE, "nothing to remove at {0}", tree);
        }
    }

    /**
     * Whether there is anything at this path.
     *
     * @throws EngineException.DeviceFailed when the file system cannot tell
     */
    static boolean exists(Path path) {
        long result = NativePath.of(path).pass(FileNative::find);
        if (result == -Errno.ENOENT) {
            return false;
        }
        if (result < 0) {
            throw new EngineException.DeviceFailed("looking for " + path, Math.toIntExact(-result));
        }
        return true;
    }

    private long check(String call, Path path, long result) {
        if (result < 0) {
            throw space.failure(call + " " + path, result, BLOCK_BYTES);
        }
        return result;
    }

    private static final class Remover extends SimpleFileVisitor<Path> {
        @Override
        public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
            Files.delete(file);
            return FileVisitResult.CONTINUE;
        }

        @Override
        public FileVisitResult postVisitDirectory(Path directory, IOException failure) throws IOException {
            if (failure != null) {
                throw failure;
            }
            Files.delete(directory);
            return FileVisitResult.CONTINUE;
        }
    }
}
