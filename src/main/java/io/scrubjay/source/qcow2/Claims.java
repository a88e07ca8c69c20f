// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.source.qcow2;

import io.scrubjay.source.DiskOffset;
import io.scrubjay.source.MemoryBudget;
import io.scrubjay.source.StreamOffset;

import java.util.Optional;

/**
 * Which clusters of the file are in use, so that none is used twice. Only compressed clusters may share one. Confined to
 * the reader's thread.
 *
 * <p>In QEMU's format one cluster could be data at two places of the disk, with a reference count of 2; no known program
 * writes that, and in a damaged table it is common.
 */
final class Claims {
    private final Geometry geometry;
    private final ClusterSet whole;
    private final ClusterSet packed;
    private Optional<Run> latest = Optional.empty();

    /** The first cluster, which contains the header, is in use. */
    Claims(Geometry geometry, Limits limits, MemoryBudget.Share memory) {
        this.geometry = geometry;
        whole = new ClusterSet(limits.chunksMax(), memory);
        packed = new ClusterSet(limits.chunksMax(), memory);
        add(whole, 0, 1);
    }

    /** Claims all clusters that this run begins, ends or lies in. */
    void claim(Run run) {
        long from = geometry.cluster(run.start().bytes());
        long to = geometry.cluster(run.end().bytes() - 1) + 1;
        if (run.kind() == Run.Kind.PACKED) {
            requireFree(run, whole, from, to);
            add(packed, from, to);
        } else {
            requireFree(run, whole, continuesLatest(run, from) ? from + 1 : from, to);
            requireFree(run, packed, from, to);
            add(whole, from, to);
            latest = Optional.of(run);
        }
    }

    /** Whether this cluster is in use, and not by compressed data. */
    boolean isWhollyUsed(long cluster) {
        return whole.contains(cluster);
    }

    /** Two parts of one cluster may be data, with a part between them that is not allocated. */
    private boolean continuesLatest(Run run, long cluster) {
        return latest.filter(before -> before.kind() == Run.Kind.DATA && run.kind() == Run.Kind.DATA)
                .filter(before -> before.endsBy(run.start()))
                .filter(before -> geometry.cluster(before.end().bytes() - 1) == cluster)
                .filter(before -> distance(before.start(), before.disk()) == distance(run.start(), run.disk()))
                .isPresent();
    }

    private static long distance(StreamOffset inFile, DiskOffset onDisk) {
        return inFile.bytes() - onDisk.bytes();
    }

    private void requireFree(Run run, ClusterSet used, long from, long to) {
        for (long cluster = from; cluster < to; cluster++) {
            if (used.contains(cluster)) {
                throw usedTwice(run, cluster << geometry.clusterBits());
            }
        }
    }

    private void add(ClusterSet used, long from, long to) {
        if (!used.add(from, to)) {
            throw Qcow2Refusals.unsupported(
                    "this qcow2 file has so many clusters of " + geometry.clusterBytes()
                            + " bytes that the agent cannot keep account of them",
                    "convert it with 'qemu-img convert -O qcow2 -o cluster_size=2M FILE disk.qcow2' and send"
                            + " disk.qcow2");
        }
    }

    /** The refusal of a file in which this run lies where something else does. */
    static RuntimeException usedTwice(Run run, long at) {
        return Qcow2Refusals.damaged("the cluster at " + at + " is used twice, the second time by " + run.words());
    }
}
