// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.block;

/** The function of {@code pages.c}. Thread-safe: it has no state. */
final class ProgramPagesNative {
    static {
        NativeLibrary.load("scrubjay");
    }

    private ProgramPagesNative() {}

    /** Takes pages out of memory which the file they are mapped from still has: 0, or -errno. */
    static native int giveBack(long address, long length);
}
