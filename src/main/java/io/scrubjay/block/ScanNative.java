// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.block;

/** The functions of {@code scan.c}, one to one. Thread-safe: they have no state. */
final class ScanNative {
    static {
        NativeLibrary.load("scrubjay");
    }

    private ScanNative() {}

    /** How many variants of the scan the library has, from the slowest to the fastest. */
    static native int variants();

    /** 1 when this processor can run that variant, else 0. */
    static native int supported(int variant);

    /** How many bytes of {@code [address, address + length)} are zero before the first that is not. */
    static native long zeroPrefix(int variant, long address, long length);

    /** 1 when {@code memcmp} of the C library finds no difference, else 0. */
    static native int same(long left, long right, long length);
}
