// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.manifest;

import java.nio.ByteBuffer;

/** The bytes of one stored record, produced piece by piece. Confined to one thread. */
interface StoredBytes {
    /** How many bytes there are in all. */
    long totalBytes();

    /** Puts the next bytes into the target, until it is full or there are no more; returns how many were put. */
    int encode(ByteBuffer target);
}
