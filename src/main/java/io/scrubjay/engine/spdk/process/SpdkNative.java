// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.engine.spdk.process;

import io.scrubjay.block.NativeLibrary;

/**
 * SPDK's process and its block devices: the functions of {@code reactor.c}, {@code ring.c}, {@code log.c},
 * {@code reserve.c}, {@code pulse.c}, {@code control.c}, {@code handles.c}, {@code bounce.c} and {@code io.c}, one to
 * one.
 *
 * <p><b>Arguments</b> have one order, here and in all native classes of engines: the ticket, where a request is sent;
 * then what it is about, a handle, a descriptor, a name or a path; then an address in memory; then an offset and a
 * length or a number. Offsets and lengths are bytes. A text is the address of its bytes in UTF-8, with a NUL at the
 * end.
 *
 * <p><b>A method with a ticket sends a request</b> to SPDK's pthread and returns at once, on any thread: 0, or
 * {@code -ESHUTDOWN} while SPDK does not run, and then nothing was sent. That pthread completes the request, once: it
 * puts the ticket and a result into the ring that {@link #drain} empties. Until then the ticket is this request's
 * alone, and the caller keeps the memory and the texts it names, and does not change them. A ticket is one of
 * {@link #tickets}.
 *
 * <p><b>A method without a ticket</b> answers by its own result. It owns nothing of the caller's when it returns.
 *
 * <p><b>Results</b> are at least 0, or {@code -errno}, which {@link io.scrubjay.engine.Errno} translates. Requests to a
 * handle complete with {@code -EBADF} when it is not open, with {@code -ENODEV} when its device is being removed, and
 * with {@code -EIO} when the device has failed.
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

    /** A bit of {@link #start}'s flags, {@code spdk_app_opts.no_pci}: the PCI bus is not looked at. */
    static native int flagNoPci();

    /**
     * A bit of {@link #start}'s flags, {@code spdk_app_opts.interrupt_mode}: SPDK sleeps while it has nothing to do.
     */
    static native int flagInterrupt();

    /**
     * {@code spdk_app_start}, on a pthread of its own: returns when SPDK runs. Once in a process, whatever came of it.
     * The texts are copied.
     *
     * @param rpcPath where the control socket is made
     * @param configPath a file of SPDK's JSON configuration
     * @param core the processor that the pthread is bound to
     * @return 0; {@code -EALREADY} the second time; or what SPDK failed with, of which its log says more
     */
    static native int start(long rpcPath, long configPath, int core, int memoryMib, int flags);

    /**
     * {@code spdk_app_stop}: returns when the pthread has ended, and so will {@link #drain} and {@link #readLog}. The
     * caller has closed all handles, has no request under way and sends none: SPDK waits for a handle that is open, for
     * ever.
     *
     * @return 0, or {@code -ESHUTDOWN} when SPDK does not run, or what SPDK ended with
     */
    static native int stop();

    /**
     * Has SPDK's pthread sleep for good, instead of {@link #stop}, where SPDK itself has left a device open: returns
     * when it does. Requests under way never complete; {@link #drain} and {@link #readLog} end. All that is left is to
     * end the process.
     *
     * @return 0, or {@code -ESHUTDOWN} when SPDK does not run
     */
    static native int park();

    /** How many tickets there are. They are numbered from 0. */
    static native int tickets();

    /**
     * Waits for completions, and takes them out of the ring. One thread only, which does nothing else.
     *
     * @param address takes {@code max} pairs of 64-bit numbers in native order, a ticket and its result
     * @return how many pairs were written; 0 when SPDK has ended and all are taken
     */
    static native int drain(long address, int max);

    /**
     * Waits for what SPDK logs. Lines in UTF-8, each begins with a digit: 0 for an error, 1 a warning, 2 a notice, more
     * for less. One thread only, which does nothing else.
     *
     * @param address takes {@code max} bytes
     * @return how many bytes were written; 0 when SPDK has ended and all is read
     */
    static native int readLog(long address, int max);

    /**
     * {@code spdk_malloc}: keeps one buffer for SPDK to copy a cluster with when all other memory is taken, in place of
     * the one that was kept before. Belongs to SPDK until the process ends. After {@link #start}; one call at a time,
     * and none while a pool is open.
     *
     * @return 0; {@code -EBUSY} while the one before is in use; {@code -ENOMEM}
     */
    static native int reserve(long length);

    /** Completes with 0, when SPDK's I/O thread and then its app thread have got to it. */
    static native int ping(int ticket);

    /**
     * {@code spdk_thread_get_stats}, of the I/O thread and the app thread together. Completes with 0.
     *
     * @param address takes three 64-bit numbers in native order: busy and idle ticks since the start, and ticks a
     *     second
     */
    static native int load(int ticket, long address);

    /**
     * Tells that a request was written to the control socket, which is then looked at often. Any thread; does not wait.
     */
    static native void callBegins();

    /** Tells that its answer was read, or that none is waited for any more. Once after each {@link #callBegins}. */
    static native void callEnds();

    /**
     * {@code spdk_dma_malloc}: takes memory that every device reaches, for {@code count} slots of {@code slotBytes}
     * bytes, a multiple of 4096. Belongs to SPDK's I/O thread until {@link #bounceClose}. Completes with 0;
     * {@code -ENOMEM} when there is not so much in one piece; {@code -EBUSY} when there are slots already;
     * {@code -EINVAL} for more slots than tickets, or lengths that cannot be.
     */
    static native int bounceOpen(int ticket, long slotBytes, int count);

    /**
     * {@code spdk_dma_free} of the slots. Completes with 0, or {@code -EBUSY} while a handle uses them; then they stay.
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
     * Has the payload of this handle copied through the slots of {@link #bounceOpen} from now on: its device does not
     * reach the JVM's memory. Once a handle, before its first I/O. Completes with 0, or {@code -EINVAL} when there are
     * no slots.
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
     * {@code spdk_bdev_comparev_and_writev_blocks} of one block, the first at the offset, with what the memory begins
     * with: writes what is there already, so that SPDK allocates and copies its cluster. Completes with 0;
     * {@code -EILSEQ} when the block holds something else, and then nothing was written; {@code -EINVAL} where the
     * length is less than a block.
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
     * 0 when none is under way. Length 0 means the whole device, which must not be resized then. {@link #unquiesce}
     * ends it.
     */
    static native int quiesce(int ticket, int handle, long offset, long length);

    /** {@code spdk_bdev_unquiesce_range}: ends what {@link #quiesce} began with the same range. Completes with 0. */
    static native int unquiesce(int ticket, int handle, long offset, long length);
}
