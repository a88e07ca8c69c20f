// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.engine.spdk.process;

import io.scrubjay.block.NativeLibrary;

/**
 * SPDK's process and its block devices: the functions of {@code reactor.c}, {@code ring.c}, {@code log.c},
 * {@code reserve.c}, {@code pulse.c}, {@code control.c}, {@code handles.c}, {@code bounce.c} and {@code io.c}, one to
 * one.
 *
 * <p><b>Arguments</b> have one order, here and in all native classes of engines: the ticket, if a request is sent; then
 * the object of the call, which is a handle, a descriptor, a name or a path; then an address in memory; then an offset
 * and a length or a number. Offsets and lengths are in bytes. A text is the address of its bytes in UTF-8, with a NUL
 * at the end.
 *
 * <p><b>A method with a ticket sends a request</b> to SPDK's pthread and returns at once, on any thread: 0, or {@code
 * -ESHUTDOWN} while SPDK does not run, and then nothing was sent. The pthread completes the request once: it puts the
 * ticket and a result into the ring that {@link #drain} empties. Until then the ticket must not be used for another
 * request, and the caller keeps the memory and the texts of the request, and does not change them. {@link #tickets}
 * says which tickets there are.
 *
 * <p><b>A method without a ticket</b> returns its own result. It keeps nothing of the caller's when it returns.
 *
 * <p><b>Results</b> are at least 0, or {@code -errno}, which {@link io.scrubjay.engine.Errno} translates. Requests to a
 * handle complete with {@code -EBADF} when the handle is not open, with {@code -ENODEV} when its device is being
 * removed, and with {@code -EIO} when the device has failed.
 */
final class SpdkNative {
    static {
        NativeLibrary.load("scrubjay_spdk");
    }

    private SpdkNative() {}

    /** {@code SPDK_VERSION}, which the library was compiled with: year, month and patch, two decimal digits each. */
    static native int version();

    /** A bit of {@link #start}'s flags, {@code spdk_app_opts.no_huge}: ordinary memory instead of huge pages. */
    static native int flagNoHuge();

    /** A bit of {@link #start}'s flags, {@code spdk_app_opts.no_pci}: SPDK does not scan the PCI bus. */
    static native int flagNoPci();

    /**
     * A bit of {@link #start}'s flags, {@code spdk_app_opts.interrupt_mode}: SPDK sleeps while it has nothing to do.
     */
    static native int flagInterrupt();

    /**
     * {@code spdk_app_start}, on its own pthread: returns when SPDK runs. Call once in a process, even if it fails. The
     * texts are copied.
     *
     * @param rpcPath the path of the control socket, which SPDK creates
     * @param configPath a file with SPDK's JSON configuration
     * @param core the processor that the pthread is bound to
     * @return 0; {@code -EALREADY} the second time; or SPDK's error, which its log explains
     */
    static native int start(long rpcPath, long configPath, int core, int memoryMib, int flags);

    /**
     * {@code spdk_app_stop}: returns when the pthread has ended; {@link #drain} and {@link #readLog} then end, too. The
     * caller has closed all handles, has no request under way and sends none: SPDK waits for an open handle for ever.
     *
     * @return 0, or {@code -ESHUTDOWN} when SPDK does not run, or the error with which SPDK ended
     */
    static native int stop();

    /**
     * Makes SPDK's pthread sleep for good, instead of {@link #stop}, if SPDK itself has left a device open; returns
     * when the pthread sleeps. Requests under way never complete; {@link #drain} and {@link #readLog} end. After this,
     * the process can only be ended.
     *
     * @return 0, or {@code -ESHUTDOWN} when SPDK does not run
     */
    static native int park();

    /** How many tickets there are. They are numbered from 0. */
    static native int tickets();

    /**
     * Waits for completions, and takes them out of the ring. For a single thread that does nothing else.
     *
     * @param address receives up to {@code max} pairs of 64-bit numbers in native order: a ticket and its result
     * @return how many pairs were written; 0 when SPDK has ended and all were taken
     */
    static native int drain(long address, int max);

    /**
     * Waits for lines of SPDK's log. They are in UTF-8, and each begins with a digit: 0 for an error, 1 for a warning,
     * 2 for a notice, more for less important lines. For a single thread that does nothing else.
     *
     * @param address receives up to {@code max} bytes
     * @return how many bytes were written; 0 when SPDK has ended and all were read
     */
    static native int readLog(long address, int max);

    /**
     * {@code spdk_malloc}: reserves one buffer with which SPDK copies a cluster when all other memory is taken; it
     * replaces the buffer that was reserved before. The buffer belongs to SPDK until the process ends. Call after
     * {@link #start}; one call at a time, and none while a pool is open.
     *
     * @return 0; {@code -EBUSY} while the earlier buffer is in use; {@code -ENOMEM}
     */
    static native int reserve(long length);

    /** Completes with 0 when SPDK's I/O thread and then its app thread have handled the message. */
    static native int ping(int ticket);

    /**
     * {@code spdk_thread_get_stats}, the I/O thread and the app thread added up. Completes with 0.
     *
     * @param address receives three 64-bit numbers in native order: busy and idle ticks since the start, and ticks per
     *     second
     */
    static native int load(int ticket, long address);

    /**
     * Says that a request was written to the control socket, which SPDK then polls often. Any thread; does not wait.
     */
    static native void callBegins();

    /**
     * Says that the answer was read, or that nobody waits for it any more. Call once after each {@link #callBegins}.
     */
    static native void callEnds();

    /**
     * {@code spdk_dma_malloc}: allocates memory that every device can access, for {@code count} slots of {@code
     * slotBytes} bytes, a multiple of 4096. It belongs to SPDK's I/O thread until {@link #bounceClose}. Completes with
     * 0; {@code -ENOMEM} when SPDK does not have so much in one piece; {@code -EBUSY} when there are slots already;
     * {@code -EINVAL} for more slots than tickets, or for impossible sizes.
     */
    static native int bounceOpen(int ticket, long slotBytes, int count);

    /**
     * {@code spdk_dma_free} of the slots. Completes with 0, or with {@code -EBUSY} while a handle uses them; the slots
     * then stay.
     */
    static native int bounceClose(int ticket);

    /**
     * {@code spdk_bdev_open_ext} for reading. Completes with a handle, which is the caller's until {@link #close}; with
     * {@code -ENODEV} when no device has this name, {@code -EMFILE} when 1,024 handles are open, {@code -ENOMEM}.
     */
    static native int openRead(int ticket, long name);

    /** As {@link #openRead}, for reading and writing; {@code -EPERM} when somebody else has claimed the device. */
    static native int openWrite(int ticket, long name);

    /**
     * {@code spdk_bdev_close}. Completes with 0, or {@code -EBUSY} while a request uses the handle; then it stays open.
     */
    static native int close(int ticket, int handle);

    /**
     * From now on, copies the payload of this handle through the slots of {@link #bounceOpen}, since its device cannot
     * access the JVM's memory. Call once for a handle, before its first I/O. Completes with 0, or with {@code -EINVAL}
     * when there are no slots.
     */
    static native int bounce(int ticket, int handle);

    /** {@code spdk_bdev_get_num_blocks}: completes with the device's length in bytes at this moment. */
    static native int size(int ticket, int handle);

    /**
     * {@code spdk_bdev_read} into memory. Offset and length are multiples of the device's block; length is not 0.
     * Completes with 0.
     */
    static native int read(int ticket, int handle, long address, long offset, long length);

    /** {@code spdk_bdev_write} from memory. Otherwise as {@link #read}. */
    static native int write(int ticket, int handle, long address, long offset, long length);

    /**
     * {@code spdk_bdev_comparev_and_writev_blocks} of the block at the offset, with the beginning of the memory: writes
     * the bytes that are there already, so that SPDK allocates and copies the block's cluster. Completes with 0; {@code
     * -EILSEQ} when the block holds other bytes, and then nothing was written; {@code -EINVAL} when the length is less
     * than a block.
     */
    static native int rewrite(int ticket, int handle, long address, long offset, long length);

    /** {@code spdk_bdev_write_zeroes}. Allocates, on a thin volume. Otherwise as {@link #read}, without memory. */
    static native int writeZeroes(int ticket, int handle, long offset, long length);

    /** {@code spdk_bdev_unmap}. Frees clusters where the volume can. Otherwise as {@link #read}, without memory. */
    static native int unmap(int ticket, int handle, long offset, long length);

    /**
     * {@code spdk_bdev_seek_data}: completes with the first allocated byte at or after the offset, or {@code -ENXIO}.
     */
    static native int seekData(int ticket, int handle, long offset);

    /** {@code spdk_bdev_seek_hole}: completes with the first byte there that is not allocated, or {@code -ENXIO}. */
    static native int seekHole(int ticket, int handle, long offset);

    /**
     * {@code spdk_bdev_quiesce_range}: holds back all reads and writes of the range, whoever makes them. Completes with
     * 0 when none is under way. Length 0 means the whole device, which must then not be resized. {@link #unquiesce}
     * ends it.
     */
    static native int quiesce(int ticket, int handle, long offset, long length);

    /** {@code spdk_bdev_unquiesce_range}: ends what {@link #quiesce} began with the same range. Completes with 0. */
    static native int unquiesce(int ticket, int handle, long offset, long length);
}
