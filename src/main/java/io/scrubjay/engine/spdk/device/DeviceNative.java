// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.engine.spdk.device;

import io.scrubjay.block.NativeLibrary;

/**
 * A pool's file or block device, seen from the kernel: the functions of {@code device.c}, one to one.
 *
 * <p>Every method makes its system calls on the calling thread, may block that thread for the device, and may be called
 * from any thread. Memory and paths belong to the caller, and are not used after the return. A descriptor belongs to the
 * caller from the open that returned it until {@link #close}. Arguments have the order that {@code process.SpdkNative}
 * explains: descriptor or path, address, offset, length.
 *
 * <p>Results are at least 0, or {@code -errno}, which {@link io.scrubjay.engine.Errno} translates.
 */
final class DeviceNative {
    static {
        NativeLibrary.load("scrubjay_spdk");
    }

    private DeviceNative() {}

    /**
     * {@code open(path, O_RDWR)} and {@code fcntl(F_OFD_SETLK)}: opens a file or block device, and locks it against
     * every other opening by this method, in this process or another. The lock ends with {@link #close}.
     *
     * @return a descriptor; {@code -EAGAIN} when it is locked; {@code -EBUSY} when a block device is mounted or claimed
     *     otherwise; {@code -ENOTBLK} when it is neither a file nor a block device; or what {@code open} failed with
     */
    static native int openLocked(long path);

    /**
     * {@code memfd_create} and {@code ftruncate}: creates a file that exists only in memory, with this many bytes and
     * no data.
     *
     * @return a descriptor
     */
    static native int openMemory(long size);

    /**
     * {@code close}: closes a descriptor and releases its lock. The descriptor is invalid afterwards, whatever the
     * result.
     */
    static native int close(int fd);

    /** {@code fstat}, or {@code ioctl(BLKGETSIZE64)} of a block device: the length in bytes. */
    static native long size(int fd);

    /**
     * {@code pread}, until all is read.
     *
     * @return the bytes read: fewer than {@code length} only at the end
     */
    static native long read(int fd, long address, long offset, long length);

    /**
     * {@code pwrite}, until all is written. After a failure, some bytes may have been written.
     *
     * @return {@code length}
     */
    static native long write(int fd, long address, long offset, long length);

    /** {@code fdatasync}: makes durable everything that was written to the device, through any descriptor. */
    static native int sync(int fd);

    /**
     * {@code blkid_do_safeprobe}: looks for the signature of a file system, volume manager or partition table.
     *
     * @param address takes {@code max} bytes: the name of what was found, in UTF-8
     * @return the length of that name; 0 when libblkid finds nothing; {@code -EIO} when it cannot read the device
     */
    static native int signature(int fd, long address, int max);

    /**
     * {@code io_uring_setup}: whether this process may create a ring like SPDK's. Keeps no ring.
     *
     * @return 0; {@code -EPERM} or {@code -ENOSYS} if the kernel or a container's filter forbids it
     */
    static native int ioUring();
}
