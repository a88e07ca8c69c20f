// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.engine.file;

import io.scrubjay.engine.EngineException;

import java.nio.file.Path;

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

    /** What this process may still fill. */
    long usableBytes() {
        return root.toFile().getUsableSpace();
    }

    /** How many files can be made yet, as the file system says; no bound where it has none, or cannot be asked. */
    long freeInodes() {
        long free = NativePath.of(root).pass(FileNative::freeFiles);
        return free < 0 ? Long.MAX_VALUE : free;
    }

    /** As {@link FileErrno#failure}, with the room that there is; names the inodes where it is they that have run out. */
    EngineException failure(String call, long result, long requestedBytes) {
        return FileErrno.is(FileErrno.NO_SPACE, result) && freeInodes() == 0 && usableBytes() >= requestedBytes
                ? EngineException.NoSpace.ofInodes(0, usableBytes())
                : FileErrno.failure(call, result, requestedBytes, this::usableBytes);
    }
}
