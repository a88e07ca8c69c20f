// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.block;

/** The function of {@code pages.c}. Thread-safe: it has no state. */
final class ProgramPagesNative {
    static {
        NativeLibrary.load("scrubjay");
    }

    private ProgramPagesNative() {}

    /** Releases pages from memory that can be read again from their mapped file. Returns 0, or -errno. */
    static native int giveBack(long address, long length);
}
