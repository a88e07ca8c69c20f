// SPDX-License-Identifier: Apache-2.0
package io.scrubjay;

import org.junit.jupiter.api.extension.AnnotatedElementContext;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.io.TempDirFactory;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Makes directories in memory, where there is a file system in it with room enough: for tests that make very many pools, and
 * want nothing of the device below them. Thread-safe.
 */
public final class MemoryDirectory implements TempDirFactory {
    private static final Path MEMORY = Path.of("/dev/shm");
    /** For each of the processes of tests, a few disks. */
    private static final long ROOM_BYTES = 512L << 20;

    @Override
    public Path createTempDirectory(AnnotatedElementContext field, ExtensionContext test) throws IOException {
        return Files.isWritable(MEMORY) && Files.getFileStore(MEMORY).getUsableSpace() >= ROOM_BYTES
                ? Files.createTempDirectory(MEMORY, "scrubjay-")
                : Files.createTempDirectory("scrubjay-");
    }
}
