// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.engine.spdk.device;

import io.scrubjay.block.NativeLibrary;

/**
 * Ordered devices: the functions of {@code ordered.c}, one to one. Each sends a request with a ticket, which SPDK's app
 * thread completes; {@code process.SpdkNative} explains arguments, ownership and results. A device belongs to SPDK's
 * app thread from {@link #make} to {@link #end}, and is identified by its name; {@code -ENODEV} means that no device
 * has this name.
 */
final class OrderedNative {
    static {
        NativeLibrary.load("scrubjay_spdk");
    }

    private OrderedNative() {}

    /**
     * {@code spdk_bdev_register} of a device with this name above another, which nobody else can write to from now on.
     * All of it counts as metadata until {@link #data}. Completes with 0; {@code -ENODEV} when there is no base; {@code
     * -EPERM} when somebody else has claimed the base; {@code -EEXIST} when the name is taken; or the error with which
     * opening the path failed.
     *
     * @param base the name of the device below
     * @param path the file or the kernel's block device below the base, which a separate thread syncs; 0 for an NVMe
     *     namespace, which gets flush commands
     */
    static native int make(int ticket, long name, long base, long path);

    /**
     * Sets the offset at which data begins, and the size of a cluster, both in bytes: everything before the offset is
     * metadata. Call once, before any data is written. Completes with 0.
     */
    static native int data(int ticket, long name, long offset, long clusterBytes);

    /**
     * {@code spdk_bdev_nvme_io_passthru} of a flush to the NVMe namespace below. Completes with 0 when the namespace
     * reports that everything it had answered before is on its medium; {@code -EIO} when the flush failed; {@code
     * -ENOMEM} when SPDK has no free request.
     */
    static native int flush(int ticket, long name);

    /** Completes with 1 when no more metadata is written because a flush of metadata has failed; otherwise with 0. */
    static native int halted(int ticket, long name);

    /** {@code spdk_bdev_unregister}: unloads a store on the device, and releases the base. Completes with 0. */
    static native int end(int ticket, long name);
}
