// SPDX-License-Identifier: Apache-2.0
package io.scrubjay;

import java.util.zip.CRC32C;

/** Tells contents of volumes from each other: tests hash gigabytes, and the processor computes this checksum itself. */
public final class QuickHash {
    private QuickHash() {}

    /** The same for the same bytes. */
    public static int of(byte[] bytes) {
        CRC32C checksum = new CRC32C();
        checksum.update(bytes);
        return (int) checksum.getValue();
    }
}
