// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.engine;

import java.util.Arrays;
import java.util.BitSet;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * What a volume must read as: an array, less the blocks of which the SPI promises nothing, which are the ones in the
 * rest of a cluster whose first write covered it only in part. Confined to one thread.
 */
final class ModelVolume {
    private final int clusterBytes;
    private final int blockBytes;
    private byte[] bytes;
    /** Blocks of which nothing is promised. */
    private BitSet unknown = new BitSet();
    /** Clusters that surely exist, here or in a parent, so that writing to a part of them leaves the rest. */
    private BitSet held = new BitSet();

    ModelVolume(int clusterBytes, int blockBytes, int clusters) {
        this.clusterBytes = clusterBytes;
        this.blockBytes = blockBytes;
        this.bytes = new byte[clusters * clusterBytes];
    }

    ModelVolume copy() {
        ModelVolume copy = new ModelVolume(clusterBytes, blockBytes, 0);
        copy.bytes = bytes.clone();
        copy.unknown = (BitSet) unknown.clone();
        copy.held = (BitSet) held.clone();
        return copy;
    }

    int sizeBytes() {
        return bytes.length;
    }

    int clusters() {
        return bytes.length / clusterBytes;
    }

    void holdEverything() {
        held.set(0, clusters());
    }

    void grow(int clusters, Provisioning provisioning) {
        if (provisioning == Provisioning.THICK) {
            held.set(clusters(), clusters);
        }
        bytes = Arrays.copyOf(bytes, clusters * clusterBytes);
    }

    void write(int offset, byte[] data) {
        int end = offset + data.length;
        for (int cluster = offset / clusterBytes; cluster * clusterBytes < end; cluster++) {
            if (!held.get(cluster)) {
                unknown.set(firstBlock(cluster), firstBlock(cluster + 1));
                held.set(cluster);
            }
        }
        System.arraycopy(data, 0, bytes, offset, data.length);
        unknown.clear(offset / blockBytes, end / blockBytes);
    }

    void zero(int offset, int length, Provisioning provisioning) {
        int end = offset + length;
        for (int cluster = offset / clusterBytes; cluster * clusterBytes < end; cluster++) {
            boolean whole = cluster * clusterBytes >= offset && (cluster + 1) * clusterBytes <= end;
            if (whole && provisioning == Provisioning.THIN) {
                held.clear(cluster);
            } else if (!whole && !held.get(cluster)) {
                // Whether this allocates is the engine's choice, so the next partial write may be the first one.
                unknown.set(firstBlock(cluster), firstBlock(cluster + 1));
            }
        }
        Arrays.fill(bytes, offset, end, (byte) 0);
        unknown.clear(offset / blockBytes, end / blockBytes);
    }

    void assertReads(byte[] found, String description) {
        assertThat(found).as(description).hasSize(bytes.length);
        for (int block = 0; block * blockBytes < bytes.length; block++) {
            int from = block * blockBytes;
            int to = from + blockBytes;
            if (!unknown.get(block) && !Arrays.equals(bytes, from, to, found, from, to)) {
                throw new AssertionError(description + ": bytes " + from + " to " + to + " differ at "
                        + (from + Arrays.mismatch(bytes, from, to, found, from, to)));
            }
        }
    }

    private int firstBlock(int cluster) {
        return cluster * (clusterBytes / blockBytes);
    }
}
