// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.engine.file;

import io.scrubjay.engine.Errno;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.OptionalLong;

/** Opens a file of a volume, and reports with the error number why it cannot be read. Stateless. */
final class ReadableFile {
    private ReadableFile() {}

    /**
     * Opens the file for reading.
     *
     * @return a descriptor, which the caller must close
     * @throws DamagedException when it is absent, is not a regular file (such as a link), or cannot be opened
     */
    static int open(Path file) throws DamagedException {
        requireFile(file);
        return (int) check(file, NativePath.of(file).pass(FileNative::openRead));
    }

    /** @throws DamagedException as {@link #open} */
    static long lengthBytes(Path file) throws DamagedException {
        int fd = open(file);
        try {
            return check(file, FileNative.size(fd));
        } finally {
            FileNative.close(fd);
        }
    }

    /**
     * The length of the file, without opening it; empty when this is unknown now.
     *
     * @throws DamagedException when it is absent or is not a regular file
     */
    static OptionalLong seenBytes(Path file) throws DamagedException {
        try {
            return OptionalLong.of(seen(file).size());
        } catch (IOException unknown) {
            return OptionalLong.empty();
        }
    }

    private static BasicFileAttributes seen(Path file) throws DamagedException, IOException {
        try {
            BasicFileAttributes seen = Files.readAttributes(file, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
            if (seen.isSymbolicLink()) {
                throw new DamagedException(
                        "its '" + file.getFileName() + "' is a symbolic link, which may lead out of the pool",
                        Errno.ELOOP);
            }
            if (!seen.isRegularFile()) {
                throw new DamagedException("its '" + file.getFileName() + "' is not a regular file");
            }
            return seen;
        } catch (NoSuchFileException absent) {
            throw new DamagedException("it has no file '" + file.getFileName() + "'", Errno.ENOENT);
        }
    }

    /** @throws DamagedException when the result is a negative error number */
    static long check(Path file, long result) throws DamagedException {
        if (result < 0) {
            throw new DamagedException(
                    "its file '" + file.getFileName() + "' cannot be read", Math.toIntExact(-result));
        }
        return result;
    }

    /** Makes sure that this is a regular file: opening a pipe would wait until somebody writes to it. */
    private static void requireFile(Path file) throws DamagedException {
        try {
            BasicFileAttributes unused = seen(file);
        } catch (IOException unknown) {
            // An attempt to open the file returns the error number.
            check(file, NativePath.of(file).pass(FileNative::openRead), unknown);
        }
    }

    private static void check(Path file, long result, IOException unknown) throws DamagedException {
        check(file, result);
        FileNative.close((int) result);
        throw new DamagedException("its file '" + file.getFileName() + "' cannot be read: " + unknown, unknown);
    }
}
