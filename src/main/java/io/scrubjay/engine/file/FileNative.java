// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.engine.file;

import io.scrubjay.block.NativeLibrary;

/**
 * The functions of {@code file.c}, one to one; what each does is said there. A result is {@code >= 0} or {@code
 * -errno}, which {@link FileErrno} translates. Paths and buffers are addresses. Thread-safe: they have no state.
 */
final class FileNative {
    static {
        NativeLibrary.load("scrubjay");
    }

    private FileNative() {}

    static native int openRead(long path);

    static native int openDirectory(long path);

    static native int lock(int fd);

    static native int leadsTo(long path, int fd);

    static native int find(long path);

    static native long links(int fd);

    static native int openReadDirect(long path);

    static native int openWrite(long path);

    static native int openWriteDirect(long path);

    static native int create(long path);

    static native int close(int fd);

    static native long pread(int fd, long address, long length, long offset);

    static native long pwrite(int fd, long address, long length, long offset);

    static native int fdatasync(int fd);

    static native int fsync(int fd);

    static native int ftruncate(int fd, long length);

    static native int allocate(int fd, long offset, long length);

    static native int unshare(int fd, long offset, long length);

    static native int zeroRange(int fd, long offset, long length);

    static native int punchHole(int fd, long offset, long length);

    static native long seekData(int fd, long offset);

    static native long seekHole(int fd, long offset);

    static native int reflink(int to, int from);

    static native int dropCache(int fd, long offset, long length);

    /** {@code address} has room for {@code 3 * capacity + 1} longs in native order. */
    static native int extents(int fd, long from, long address, int capacity);

    static native long size(int fd);

    static native long occupied(long path);

    static native long freeFiles(long path);

    static native int mkdir(long path);

    static native int rename(long from, long to);

    static native int enospc();

    static native int edquot();

    static native int einval();

    static native int enxio();

    static native int eopnotsupp();

    static native int enoent();

    static native int eexist();

    static native int ewouldblock();

    static native int eloop();

    static native int estale();

    static native int efbig();
}
