// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.engine.file;

import io.scrubjay.block.BufferAddress;

import java.lang.ref.Reference;
import java.nio.ByteBuffer;
import java.nio.file.Path;

/** Reads a whole small file, and reports with the error number why it cannot be read. Thread-safe: has no state. */
final class SmallFile {
    /** More than any small file of a pool has; a longer file is not read into memory. */
    private static final int BYTES_MAX = 1 << 20;

    private SmallFile() {}

    /** @throws DamagedException when the file is absent, is not a regular file, is too long, or cannot be read */
    static byte[] read(Path file) throws DamagedException {
        int fd = ReadableFile.open(file);
        try {
            long length = ReadableFile.check(file, FileNative.size(fd));
            if (length > BYTES_MAX) {
                throw new DamagedException("its file '" + file.getFileName() + "' has " + length + " bytes");
            }
            return bytes(file, fd, (int) length);
        } finally {
            FileNative.close(fd);
        }
    }

    private static byte[] bytes(Path file, int fd, int length) throws DamagedException {
        ByteBuffer content = ByteBuffer.allocateDirect(length);
        try {
            long done = ReadableFile.check(file, FileNative.pread(fd, BufferAddress.of(content), 0, length));
            byte[] bytes = new byte[(int) done];
            content.get(bytes);
            return bytes;
        } finally {
            Reference.reachabilityFence(content);
        }
    }
}
