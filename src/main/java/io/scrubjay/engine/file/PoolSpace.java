// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.engine.file;

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
}
