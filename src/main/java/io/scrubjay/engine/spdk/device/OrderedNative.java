// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.engine.spdk.device;

import io.scrubjay.block.NativeLibrary;

/**
 * Ordered devices: the functions of {@code ordered.c}, one to one. Each sends a request with a ticket, which SPDK's app
 * thread completes; arguments, ownership and results are as told at {@code process.SpdkNative}. A device belongs to
 * SPDK's app thread, from {@link #make} to {@link #end}, and is told by its name; {@code -ENODEV} says that none has
 * it.
 */
final class OrderedNative {
    static {
        NativeLibrary.load("scrubjay_spdk");
    }

    private OrderedNative() {}

    /**
     * {@code spdk_bdev_register} of a device of this name above another, which nobody else can write to from now on.
     * All of it counts as metadata until {@link #data}. Completes with 0; {@code -ENODEV} when there is no base;
     * {@code -EPERM} when somebody has claimed that; {@code -EEXIST} when the name is taken; or what opening the path
     * failed with.
     *
     * @param base the name of the device below
     * @param path the file or kernel's block device that the base is, which a thread of its own syncs; 0 for an NVMe
     *     namespace, which is sent a flush command
     */
    static native int make(int ticket, long name, long base, long path);

    /**
     * Tells where data begins, and how long clusters are, both in bytes: what lies before is metadata. Once, before
     * data are written. Completes with 0.
     */
    static native int data(int ticket, long name, long offset, long clusterBytes);

    /**
     * {@code spdk_bdev_nvme_io_passthru} of a flush to the NVMe namespace below. Completes with 0 when that says that
     * it has on its medium whatever it had answered before; {@code -EIO} when it failed; {@code -ENOMEM} when SPDK has
     * no request free.
     */
    static native int flush(int ticket, long name);

    /** Completes with 1 when no metadata is written any more, because a flush of some has failed; else with 0. */
    static native int halted(int ticket, long name);

    /** {@code spdk_bdev_unregister}: unloads a store that lies on it, and gives the base free. Completes with 0. */
    static native int end(int ticket, long name);
}
