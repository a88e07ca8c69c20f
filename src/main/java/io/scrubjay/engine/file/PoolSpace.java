// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.engine.file;

import io.scrubjay.engine.EngineException;
import io.scrubjay.engine.Errno;

import java.nio.file.Path;
import java.util.function.LongSupplier;

/**
 * The space on the file system below a pool. Asks the kernel each time; thread-safe.
 *
 * @param root any file or directory on it
 */
record PoolSpace(Path root) {
    // Not FileStore: it looks up the mount in a table in which a container's own root may be missing.

    long totalBytes() {
        return root.toFile().getTotalSpace();
    }

    /** The space that this process may still fill. */
    long usableBytes() {
        return root.toFile().getUsableSpace();
    }

    /**
     * How many more files can be created, according to the file system; the largest number where there is no limit or
     * the file system cannot tell.
     */
    long freeInodes() {
        long free = NativePath.of(root).pass(FileNative::freeFiles);
        return free < 0 ? Long.MAX_VALUE : free;
    }

    /** The exception for a negative result of {@link FileNative}: no space, no inodes, or a failure of the device. */
    EngineException failure(String call, long result, long requestedBytes) {
        return result == -Errno.ENOSPC && freeInodes() == 0 && usableBytes() >= requestedBytes
                ? EngineException.NoSpace.ofInodes(0, usableBytes())
                : failure(call, result, requestedBytes, this::usableBytes);
    }

    /**
     * The exception for a negative result of {@link FileNative}, when inodes cannot be the reason.
     *
     * @param call what was tried, for people
     * @param requestedBytes how much space the call needed; used only when there is no space
     * @param availableBytes how much space there is; called only when there is no space
     */
    static EngineException failure(String call, long result, long requestedBytes, LongSupplier availableBytes) {
        if (result == -Errno.EFBIG) {
            return new EngineException.NoSpace("the pool's file system cannot hold a file of that length");
        }
        return result == -Errno.ENOSPC || result == -Errno.EDQUOT
                ? new EngineException.NoSpace(requestedBytes, availableBytes.getAsLong())
                : Errno.failed(result, call);
    }
}
