// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.access;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;

/** Reads small files that hold secrets, and refuses anything that is not a small regular file. Stateless. */
public final class RegularFile {
    private static final int BYTES_MAX = 1 << 20;

    private RegularFile() {}

    /**
     * The content of the file. Symbolic links are followed, since Kubernetes mounts secrets as links.
     *
     * @throws IOException if it cannot be read, is larger than a mebibyte, or is not a regular file: opening a pipe
     *     would block until somebody writes to it
     */
    public static byte[] read(Path path) throws IOException {
        if (!Files.readAttributes(path, BasicFileAttributes.class).isRegularFile()) {
            throw new FileSystemException(path.toString(), null, "it is not a regular file");
        }
        try (InputStream input = Files.newInputStream(path)) {
            byte[] bytes = input.readNBytes(BYTES_MAX + 1);
            if (bytes.length > BYTES_MAX) {
                throw new FileSystemException(path.toString(), null, "it is larger than " + BYTES_MAX + " bytes");
            }
            return bytes;
        }
    }
}
