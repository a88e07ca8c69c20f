// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.engine.spdk.process;

import io.scrubjay.block.NativeLibrary;

/**
 * The functions of {@code src/main/c/spdk}, one to one; the threads and the ownership of memory are told there. Every
 * result is at least 0, or {@code -errno}.
 */
final class SpdkNative {
    static {
        NativeLibrary.load("scrubjay_spdk");
    }

    private SpdkNative() {}

    static native int version();

    static native int flagNoHuge();

    static native int flagNoPci();

    static native int flagInterrupt();

    static native int start(long rpcPath, long configPath, int core, int memoryMib, int flags);

    static native int stop();

    static native int park();

    static native int tickets();

    static native int drain(long address, int max);

    static native int readLog(long address, int max);

    static native int reserve(long length);

    static native int ping(int ticket);

    static native int load(int ticket, long address);

    static native void callBegins();

    static native void callEnds();

    static native int openRead(int ticket, long name);

    static native int openWrite(int ticket, long name);

    static native int close(int ticket, int handle);

    static native int bounce(int ticket, int handle);

    static native int bounceOpen(int ticket, long slotBytes, int count);

    static native int bounceClose(int ticket);

    static native int size(int ticket, int handle);

    static native int read(int ticket, int handle, long address, long offset, long length);

    static native int write(int ticket, int handle, long address, long offset, long length);

    static native int rewrite(int ticket, int handle, long address, long offset, long length);

    static native int writeZeroes(int ticket, int handle, long offset, long length);

    static native int unmap(int ticket, int handle, long offset, long length);

    static native int seekData(int ticket, int handle, long offset);

    static native int seekHole(int ticket, int handle, long offset);

    static native int quiesce(int ticket, int handle, long offset, long length);

    static native int unquiesce(int ticket, int handle, long offset, long length);
}
