// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.engine.spdk.device;

import io.scrubjay.block.NativeLibrary;

/** The functions of {@code device.c}, one to one. Thread-safe; each may block for the device. */
final class DeviceNative {
    static {
        NativeLibrary.load("scrubjay_spdk");
    }

    private DeviceNative() {}

    static native int openLocked(long path);

    static native int openMemory(long size);

    static native int close(int fd);

    static native long size(int fd);

    static native long read(int fd, long address, long offset, long length);

    static native long write(int fd, long address, long offset, long length);

    static native int sync(int fd);

    static native int signature(int fd, long address, int max);

    static native int ioUring();
}
