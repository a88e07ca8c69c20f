// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.engine.file;

import io.scrubjay.engine.EngineException;
import io.scrubjay.engine.Errno;

import java.nio.file.Path;
import java.util.function.LongSupplier;

/**
 * The room on the file system below a pool. Asks the kernel each time; thread-safe.
 *
 * @param root any file or directory on it
 */
record PoolSpace(Path root) {
    // Not FileStore: that one looks its mount up in a table, where a container's own root may be missing.

    long totalBytes() {
        return root.toFile().getTotalSpace();
    }

    /** The space that this process may still fill. */
    long usableBytes() {
        return root.toFile().getUsableSpace();
    }

    /** How many files can be made yet, as the file system says; no bound where it has none, or cannot be asked. */
    long freeInodes() {
        long free = NativePath.of(root).pass(FileNative::freeFiles);
        return free < 0 ? Long.MAX_VALUE : free;
    }

    /**
     * Translates a negative result of {@link FileNative}: there is no room, of bytes or of inodes; or the device
     * failed.
     */
    EngineException failure(String call, long result, long requestedBytes) {
        return result == -Errno.ENOSPC && freeInodes() == 0 && usableBytes() >= requestedBytes
                ? EngineException.NoSpace.ofInodes(0, usableBytes())
                : failure(call, result, requestedBytes, this::usableBytes);
    }

    /**
     * The same, where inodes are not what there is no room of.
     *
     * @param call what was tried, for people
     * @param requestedBytes how much room it would have taken, if that was it
     * @param availableBytes how much room there is; asked only if that was it
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
