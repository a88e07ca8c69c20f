// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.engine.file;

import io.scrubjay.block.BufferAddress;

import java.io.IOException;
import java.lang.ref.Reference;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;

/** Reads a whole small file, and says with which error number it cannot be read. Thread-safe: has no state. */
final class SmallFile {
    /** More than any of ours has; a longer one is not read into memory. */
    private static final int BYTES_MAX = 1 << 20;

    private SmallFile() {}

    /** @throws DamagedException when it is absent, no file, too long, or cannot be read */
    static byte[] read(Path file) throws DamagedException {
        requireFile(file);
        int fd = (int) check(file, NativePath.of(file).pass(FileNative::openRead));
        try {
            long length = check(file, FileNative.size(fd));
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
            long done = check(file, FileNative.pread(fd, BufferAddress.of(content), length, 0));
            byte[] bytes = new byte[(int) done];
            content.get(bytes);
            return bytes;
        } finally {
            Reference.reachabilityFence(content);
        }
    }

    /** Opening a pipe would wait for whoever writes to it. */
    private static void requireFile(Path file) throws DamagedException {
        try {
            if (!Files.readAttributes(file, BasicFileAttributes.class).isRegularFile()) {
                throw new DamagedException("its '" + file.getFileName() + "' is no file");
            }
        } catch (NoSuchFileException absent) {
            throw new DamagedException("it has no file '" + file.getFileName() + "'", Errno.ABSENT);
        } catch (IOException unknown) {
            // Opening it says which error it is.
            check(file, NativePath.of(file).pass(FileNative::openRead), unknown);
        }
    }

    private static void check(Path file, long result, IOException unknown) throws DamagedException {
        check(file, result);
        FileNative.close((int) result);
        throw new DamagedException("its file '" + file.getFileName() + "' cannot be read: " + unknown, unknown);
    }

    private static long check(Path file, long result) throws DamagedException {
        if (result < 0) {
            throw new DamagedException(
                    "its file '" + file.getFileName() + "' cannot be read", Math.toIntExact(-result));
        }
        return result;
    }
}
