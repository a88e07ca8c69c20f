// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.ingest;

import java.util.BitSet;

/**
 * The clusters of one window that its volume already holds, and those among them whose bytes have not changed since.
 * Clusters are counted from the beginning of the window. Confined to the thread that has the window.
 */
final class WindowClusters {
    private final BitSet held = new BitSet();
    private final BitSet unchanged = new BitSet();

    /** Records that the volume holds this cluster, with the bytes that the window has now. */
    void hold(int cluster) {
        held.set(cluster);
        unchanged.set(cluster);
    }

    /** Records that the bytes of these clusters have changed in the window. */
    void change(int first, int end) {
        unchanged.clear(first, end);
    }

    /** Whether the volume holds no cluster of the window. */
    boolean isEmpty() {
        return held.isEmpty();
    }

    /** Whether the volume holds this cluster. */
    boolean contains(int cluster) {
        return held.get(cluster);
    }

    /** Whether the volume holds this cluster with the bytes that the window has now. */
    boolean isUnchanged(int cluster) {
        return unchanged.get(cluster);
    }

    /** How many of these clusters the volume does not hold. */
    int missing(int first, int end) {
        return end - first - held.get(first, end).cardinality();
    }
}
