// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.engine.spdk.device;

import io.scrubjay.block.NativeLibrary;

/**
 * The functions of {@code ordered.c}, one to one; the threads and the ownership of memory are told there. Every result is at
 * least 0, or {@code -errno}.
 */
final class OrderedNative {
    static {
        NativeLibrary.load("scrubjay_spdk");
    }

    private OrderedNative() {}

    static native int make(int ticket, long name, long base, long path);

    static native int data(int ticket, long name, long offset, long clusterBytes);

    static native int flush(int ticket, long name);

    static native int halted(int ticket, long name);

    static native int end(int ticket, long name);
}
