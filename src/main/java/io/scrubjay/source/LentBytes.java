// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.source;

import java.nio.ByteBuffer;

/**
 * Bytes in memory that belongs to somebody else: they are valid, and do not change, until the call that they are passed
 * to returns. A callee that needs them for longer copies them, or retains the memory if it knows its owner. Read-only.
 */
public interface LentBytes {
    /** The bytes, as a view with its own position. */
    ByteBuffer view();

    /** The number of bytes. */
    int length();

    /** The bytes {@code [from, from + length)} of these, in the same memory. */
    LentBytes slice(int from, int length);
}
