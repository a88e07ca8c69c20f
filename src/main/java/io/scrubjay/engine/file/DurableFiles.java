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
 * The steps that change a pool's directories, each with the syncs that make it durable. Failures are
 * {@link EngineException}s. Thread-safe: has no state of its own.
 *
 * <p>Not final: tests have steps of it fail.
 */
class DurableFiles {
    private static final System.Logger LOG = System.getLogger(DurableFiles.class.getName());

    /** What a new directory, or one of our small files, takes at least. */
    private static final int BLOCK_BYTES = 4096;
    /** At most: each volume in the pool is a directory with two files, and an image has some beside its own. */
    private static final int INODES_OF_AN_UPLOAD = 16;

    private final PoolSpace space;

    DurableFiles(PoolSpace space) {
        this.space = space;
    }

    /** Makes a directory; its name lasts once the parent is synced. */
    void makeDirectory(Path directory) {
        check("mkdir", directory, NativePath.of(directory).pass(FileNative::mkdir));
    }

    /** Makes a directory unless it is there. */
    void ensureDirectory(Path directory) {
        long result = NativePath.of(directory).pass(FileNative::mkdir);
        if (result != -Errno.EEXIST) {
            check("mkdir", directory, result);
        }
    }

    /** Writes a whole small file and makes its bytes last; its name lasts once the directory is synced. */
    void write(Path file, byte[] content) {
        fill(file, (int) check("create", file, NativePath.of(file).pass(FileNative::create)), content);
    }

    /**
     * Writes a small file, in the blocks that it has if it is there: so it can be done again on a full file system. Not
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
     * Proves that there are inodes for what an upload makes. Some file systems say that they have none, and make files all
     * the same: there one is made, and removed again.
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

    /** Puts a whole small file in the place of another, or of none, in one step that lasts. */
    void replace(Path file, byte[] content) {
        Path next = file.resolveSibling(file.getFileName() + "~");
        // ORDER: the new bytes are on the medium before the name points at them.
        write(next, content);
        rename(next, file);
        syncDirectory(file.getParent());
    }

    /** Makes the names in a directory last. */
    void syncDirectory(Path directory) {
        int fd = (int) check("open", directory, NativePath.of(directory).pass(FileNative::openDirectory));
        try {
            check("fsync", directory, FileNative.fsync(fd));
        } finally {
            FileNative.close(fd);
        }
    }

    /** Renames inside one file system; lasts once the directories are synced. */
    void rename(Path from, Path to) {
        NativePath target = NativePath.of(to);
        check(
                "rename to " + to + " of",
                from,
                NativePath.of(from).pass(source -> target.pass(address -> FileNative.rename(source, address))));
    }

    /** Removes a file, or a directory with all in it, if it is there. What cannot be removed is left and logged. */
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
     * Removes a file, or a directory with all in it, if it is there.
     *
     * @throws IOException when it cannot be; some of it may be gone
     */
    void remove(Path tree) throws IOException {
        try {
            Files.walkFileTree(tree, new Remover());
        } catch (NoSuchFileException gone) {
            LOG.log(Level.TRACE, "nothing to remove at {0}", tree);
        }
    }

    /**
     * Whether there is anything of this name.
     *
     * @throws EngineException.DeviceFailed when that cannot be told
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
