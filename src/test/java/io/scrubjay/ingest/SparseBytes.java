// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.ingest;

import java.util.Arrays;
import java.util.Random;

/** Content as disks have it: runs of zeroes and of data, of any length and at any alignment. */
final class SparseBytes {
    private SparseBytes() {}

    /** Bytes of this length from a seed. */
    static byte[] of(long seed, int length) {
        Random random = new Random(seed);
        byte[] bytes = new byte[length];
        int at = 0;
        while (at < length) {
            int run = Math.min(length - at, 1 + random.nextInt(1 << (4 + random.nextInt(18))));
            if (random.nextBoolean()) {
                byte[] data = new byte[run];
                random.nextBytes(data);
                System.arraycopy(data, 0, bytes, at, run);
            }
            at += run;
        }
        return bytes;
    }

    /** Only data, no zero byte. */
    static byte[] full(int length) {
        byte[] bytes = new byte[length];
        Arrays.fill(bytes, (byte) 0x5A);
        return bytes;
    }
}
