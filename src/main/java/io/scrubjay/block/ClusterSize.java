// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.block;

/**
 * An engine's allocation unit: a power of two from 4 KiB to 16 MiB.
 *
 * @param bytes the size of one cluster in bytes
 */
public record ClusterSize(int bytes) {
    public static final int BYTES_MIN = 4 << 10;
    public static final int BYTES_MAX = 16 << 20;

    public ClusterSize {
        if (bytes < BYTES_MIN || bytes > BYTES_MAX || Integer.bitCount(bytes) != 1) {
            throw new IllegalArgumentException(
                    "cluster size must be a power of two from 4K to 16M, not " + new ByteSize(bytes));
        }
    }

    /** Parses {@code 64K}, {@code 1M} and the like. */
    public static ClusterSize parse(CharSequence text) {
        return new ClusterSize(Math.toIntExact(Math.min(ByteSize.parse(text).bytes(), Integer.MAX_VALUE)));
    }

    /** How many clusters it takes to hold {@code lengthBytes} bytes; the last one may be only partly filled. */
    public long clustersIn(long lengthBytes) {
        return lengthBytes / bytes + (lengthBytes % bytes == 0 ? 0 : 1);
    }

    /** {@code lengthBytes} rounded up to whole clusters. */
    public long roundUp(long lengthBytes) {
        return Math.multiplyExact(clustersIn(lengthBytes), (long) bytes);
    }

    public boolean isAligned(long offsetBytes) {
        return (offsetBytes & (bytes - 1)) == 0;
    }

    /** The cluster that holds this byte. */
    public long clusterOf(long offsetBytes) {
        return offsetBytes / bytes;
    }

    @Override
    public String toString() {
        return new ByteSize(bytes).toString();
    }
}
