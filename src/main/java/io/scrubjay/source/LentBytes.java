// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.source;

import java.nio.ByteBuffer;

/**
 * Bytes in memory that belongs to somebody else: valid, and unchanged, until the call they are passed to returns. Whoever
 * needs them longer copies them, or holds on to the memory where it knows whose that is. Read-only.
 */
public interface LentBytes {
    /** The bytes, as a view with a position of its own. */
    ByteBuffer view();

    /** How many there are. */
    int length();

    /** The bytes {@code [from, from + length)} of these, in the same memory. */
    LentBytes slice(int from, int length);
}
