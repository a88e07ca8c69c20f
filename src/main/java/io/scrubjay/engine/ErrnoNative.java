// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.engine;

import io.scrubjay.block.NativeLibrary;

/** The function of {@code errno.c}. Thread-safe: it has no state. */
final class ErrnoNative {
    static {
        NativeLibrary.load("scrubjay");
    }

    private ErrnoNative() {}

    /**
     * The error number of this name, such as {@code ENOSPC}.
     *
     * @param name the address of its characters, with a NUL at the end; not used after the return
     * @return the number, above 0; {@code -EINVAL} for a name that the library does not know
     */
    static native int number(long name);
}
