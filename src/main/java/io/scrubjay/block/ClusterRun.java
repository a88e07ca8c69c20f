// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.block;

/**
 * A run of neighbouring clusters, {@code [first, first + count)}.
 *
 * @param first index of the first cluster, {@code >= 0}
 * @param count number of clusters, {@code > 0}
 */
public record ClusterRun(long first, long count) {
    public ClusterRun {
        if (first < 0 || count <= 0) {
            throw new IllegalArgumentException("not a run of clusters: " + first + "+" + count);
        }
        Math.addExact(first, count);
    }

    /** The first cluster after the run. */
    public long end() {
        return first + count;
    }
}
