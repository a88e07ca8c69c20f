// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.engine.file;

import io.scrubjay.engine.EngineException;
import io.scrubjay.engine.Errno;

import java.nio.file.Path;

/**
 * A directory that is kept open, so that it is noticed when its path leads to another one later: another file system
 * may be mounted there, or the directory may have been unmounted, moved, removed or created again. Thread-safe like the
 * system calls; only its owner closes it, when nothing else is in progress.
 */
final class HeldDirectory implements AutoCloseable {
    private final Path path;
    private final int fd;

    private HeldDirectory(Path path, int fd) {
        this.path = path;
        this.fd = fd;
    }

    /** @throws EngineException.DeviceFailed when there is no directory, or it cannot be opened */
    static HeldDirectory open(Path path) {
        return new HeldDirectory(
                path, (int) checked("open", path, NativePath.of(path).pass(FileNative::openDirectory)));
    }

    /** The result of an attempt to lock a directory. */
    enum Locking {
        /** Nobody else gets the lock before this is closed, or the process ends. */
        LOCKED,
        /** Somebody else has the lock. */
        TAKEN,
        /** This file system does not lock directories: NFS. */
        UNSUPPORTED
    }

    /** Tries to lock the directory itself, independently of the files in it. */
    Locking lock() {
        int result = FileNative.lock(fd);
        if (result >= 0) {
            return Locking.LOCKED;
        }
        return result == -Errno.EAGAIN ? Locking.TAKEN : Locking.UNSUPPORTED;
    }

    /**
     * @throws EngineException.DeviceFailed when the path leads to no directory or to another one, or when this is
     *     unknown
     */
    void requireThere() {
        String call = "looking for the directory " + path + ", which was unmounted, moved or removed,";
        long there = NativePath.of(path).pass(address -> FileNative.leadsTo(address, fd));
        if (there == 0) {
            throw new EngineException.DeviceFailed(call, Errno.ESTALE);
        }
        if (there < 0) {
            throw new EngineException.DeviceFailed(
                    there == -Errno.ENOENT ? call : "looking for the directory " + path, Math.toIntExact(-there));
        }
    }

    @Override
    public void close() {
        checked("close", path, FileNative.close(fd));
    }

    private static long checked(String call, Path path, long result) {
        if (result < 0) {
            throw new EngineException.DeviceFailed(call + " " + path, Math.toIntExact(-result));
        }
        return result;
    }
}
