// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.block;

/** The functions of {@code sha256.c}, one to one. Thread-safe: they have no state of their own. */
final class Sha256Native {
    static {
        NativeLibrary.load("scrubjay");
    }

    private Sha256Native() {}

    /** 1 when this processor has SHA-256 instructions, else 0; without them, {@link #compress} must not be called. */
    static native int supported();

    /** Hashes this many blocks of 64 bytes into a state of eight 32-bit words. */
    static native void compress(long state, long data, long blocks);
}
