// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.engine.file;

import io.scrubjay.block.NativeLibrary;

/**
 * Files and directories: the functions of {@code file.c}, one to one, each a system call or a loop around one.
 *
 * <p>Every method makes its system call on the thread that calls it, may block it while the device works, and may be
 * called from any thread; none returns {@code -EINTR}. Memory belongs to the caller and is not used after the return. A
 * path is the address of its bytes with a NUL at the end. A descriptor belongs to the caller, which must {@link #close}
 * it. The order of arguments is always: descriptor or path, address, offset, length.
 *
 * <p>Results are at least 0, or {@code -errno}, which {@link io.scrubjay.engine.Errno} translates. No method that opens
 * a file follows a symbolic link in its last name, which may lead out of the pool: {@code -ELOOP}.
 */
final class FileNative {
    static {
        NativeLibrary.load("scrubjay");
    }

    private FileNative() {}

    /** {@code open(path, O_RDONLY)}: a descriptor that reads through the page cache. */
    static native int openRead(long path);

    /**
     * {@code open(path, O_RDONLY | O_DIRECTORY)}: follows links; {@code -ENOTDIR} for anything else than a directory.
     */
    static native int openDirectory(long path);

    /**
     * {@code flock(fd, LOCK_EX | LOCK_NB)}: {@code -EWOULDBLOCK} while another open descriptor has the lock.
     * {@link #close} unlocks.
     */
    static native int lock(int fd);

    /**
     * {@code stat} and {@code fstat}: 1 when the path leads to the file that is open as {@code fd}, 0 when to another.
     */
    static native int leadsTo(long path, int fd);

    /**
     * {@code lstat}: 0 when there is anything at this path, also a symbolic link; {@code -ENOENT} when there is not.
     */
    static native int find(long path);

    /** {@code fstat}: how many names an open file has; 0 when it was removed. */
    static native long links(int fd);

    /** {@code open(path, O_RDONLY | O_DIRECT)}: bypasses the page cache; {@code -EINVAL} if unsupported. */
    static native int openReadDirect(long path);

    /** {@code open(path, O_RDWR)}: reads and writes through the page cache. */
    static native int openWrite(long path);

    /**
     * {@code open(path, O_RDWR | O_DIRECT)}: bypasses the page cache; {@code -EINVAL} where the file system does not
     * support this.
     */
    static native int openWriteDirect(long path);

    /** {@code open(path, O_RDWR | O_CREAT | O_TRUNC, 0600)}: a new file, or one that is emptied. */
    static native int create(long path);

    /** {@code close}: closes a descriptor, which is closed whatever the result. */
    static native int close(int fd);

    /**
     * {@code pread}, until all is read. With {@code O_DIRECT}, everything is aligned to the device's block.
     *
     * @return the bytes read: fewer than {@code length} only where the file ends
     */
    static native long pread(int fd, long address, long offset, long length);

    /**
     * {@code pwrite}, until all is written. After a failure some may be written.
     *
     * @return {@code length}
     */
    static native long pwrite(int fd, long address, long offset, long length);

    /** {@code fdatasync}: makes a file's data durable, with the metadata that is needed to read them. */
    static native int fdatasync(int fd);

    /** {@code fsync}: makes a file durable, or the names in a directory. */
    static native int fsync(int fd);

    /** {@code ftruncate}: sets the length in bytes; a new part reads as zeroes. */
    static native int ftruncate(int fd, long length);

    /** {@code fallocate}: allocates all blocks of the range; data stay, and holes still read as zeroes. */
    static native int allocate(int fd, long offset, long length);

    /** {@code fallocate(FALLOC_FL_UNSHARE_RANGE)}: as {@link #allocate}, and copies blocks shared with other files. */
    static native int unshare(int fd, long offset, long length);

    /** {@code fallocate(FALLOC_FL_ZERO_RANGE)}: makes the range read as zeroes, and keeps its blocks. */
    static native int zeroRange(int fd, long offset, long length);

    /** {@code fallocate(FALLOC_FL_PUNCH_HOLE)}: makes the range read as zeroes, and frees its blocks. */
    static native int punchHole(int fd, long offset, long length);

    /** {@code lseek(SEEK_DATA)}: the first byte of data at or after the offset; {@code -ENXIO} when there is none. */
    static native long seekData(int fd, long offset);

    /** {@code lseek(SEEK_HOLE)}: the first byte of a hole there, the file's end being one; {@code -ENXIO} beyond it. */
    static native long seekHole(int fd, long offset);

    /** {@code ioctl(FICLONE)}: has one file share all blocks of another; an error where the file system cannot. */
    static native int reflink(int to, int from);

    /**
     * {@code posix_fadvise(POSIX_FADV_DONTNEED)}: drops the pages of the range that are on the medium from the page
     * cache.
     */
    static native int dropCache(int fd, long offset, long length);

    /**
     * {@code ioctl(FS_IOC_FIEMAP)}: where on the device a file's data are, in ascending order. Extents that have no
     * data, or whose bytes are not stored there unchanged, are left out; if all extents in this call are of these kinds,
     * the result is 0.
     *
     * @param address takes {@code 3 * capacity + 1} 64-bit numbers in native order: an offset in the file, an offset on
     *     the device and a length for each extent; then the offset in the file to go on from, -1 at its end
     * @param offset where in the file to begin
     * @return how many extents were written; {@code -EOPNOTSUPP} where the file system cannot tell
     */
    static native int extents(int fd, long address, long offset, int capacity);

    /** {@code fstat}: a file's length in bytes. */
    static native long size(int fd);

    /** {@code stat}: the bytes that a file occupies, fewer than its length where it has holes. */
    static native long occupied(long path);

    /** {@code statvfs}: how many more files can be created; the largest number where there is no limit. */
    static native long freeFiles(long path);

    /** {@code mkdir(path, 0700)}: {@code -EEXIST} when there is anything. */
    static native int mkdir(long path);

    /** {@code rename}: a file replaces a file, a directory replaces an empty directory. */
    static native int rename(long from, long to);
}
