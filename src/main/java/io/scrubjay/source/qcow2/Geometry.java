// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.source.qcow2;

import io.scrubjay.source.StreamOffset;

import java.util.Objects;

/**
 * The sizes of a file's units.
 *
 * @param clusterBits the binary logarithm of the cluster's size
 * @param entries the form of an entry in an L2 table
 */
record Geometry(int clusterBits, Entries entries) {
    static final int CLUSTER_BITS_MIN = 9;
    static final int CLUSTER_BITS_MAX = 21;
    private static final int SUBCLUSTERS = 32;

    /** The forms of an entry in an L2 table. */
    enum Entries {
        /** In version 2, no entry can say that a cluster is zeroes. */
        WITHOUT_ZERO_FLAG,
        WITH_ZERO_FLAG,
        /** Twice as long, with a bitmap of the allocated parts of a cluster. */
        EXTENDED
    }

    Geometry {
        Objects.checkIndex(clusterBits - CLUSTER_BITS_MIN, CLUSTER_BITS_MAX - CLUSTER_BITS_MIN + 1);
        Objects.requireNonNull(entries);
    }

    int clusterBytes() {
        return 1 << clusterBits;
    }

    /** The unit of an extended entry's bitmap. */
    int subclusterBytes() {
        return clusterBytes() / SUBCLUSTERS;
    }

    int entryBytes() {
        return entries == Entries.EXTENDED ? 2 * Long.BYTES : Long.BYTES;
    }

    /** How many bytes of the disk one L2 table describes. */
    long tableSpanBytes() {
        return (long) clusterBytes() / entryBytes() * clusterBytes();
    }

    boolean isAligned(long position) {
        return (position & (clusterBytes() - 1)) == 0;
    }

    /** The number of the cluster in the file that contains this position. */
    long cluster(long position) {
        return position >>> clusterBits;
    }

    /** The end of the cluster that a file with this end ends in. */
    StreamOffset lastClusterEnd(StreamOffset end) {
        return new StreamOffset(Math.addExact(end.bytes(), clusterBytes() - 1) & -clusterBytes());
    }
}
