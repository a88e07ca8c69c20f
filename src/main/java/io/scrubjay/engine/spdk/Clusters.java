// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.engine.spdk;

import io.scrubjay.block.AlignedBuffer;
import io.scrubjay.block.ByteRange;
import io.scrubjay.block.ClusterMap;
import io.scrubjay.block.ClusterSize;
import io.scrubjay.engine.Errno;
import io.scrubjay.engine.spdk.process.NativeHandle;
import io.scrubjay.engine.spdk.process.Reactor;

import java.nio.ByteBuffer;

/**
 * Operations on whole clusters of an open volume. Blocks for the device, so the draining thread must not use it.
 * Statuses are those of {@link NativeHandle}.
 */
final class Clusters {
    /** How much is cleared at once: large enough for full speed, small enough to let other requests in between. */
    private static final long CLEARED_BYTES_MAX = 8 << 20;

    private final NativeHandle handle;
    private final ClusterSize clusterSize;

    Clusters(NativeHandle handle, ClusterSize clusterSize) {
        this.handle = handle;
        this.clusterSize = clusterSize;
    }

    /** The clusters that the volume has itself, without those of its parents. */
    ClusterMap allocated(long sizeBytes) {
        ClusterMap.Builder map = ClusterMap.builder();
        ByteRange run = nextRun(0, sizeBytes);
        while (!run.isEmpty()) {
            map.add(clusterSize.clusterOf(run.offset()), clusterSize.clustersIn(run.length()));
            run = nextRun(run.end(), sizeBytes);
        }
        return map.build();
    }

    /**
     * The first run of the volume's own clusters at or after an offset, cut off at the end; empty when there is none.
     */
    private ByteRange nextRun(long from, long end) {
        if (from >= end) {
            return new ByteRange(end, 0);
        }
        long data = Reactor.awaited(handle.seekData(from));
        if (data == -Errno.ENXIO || data >= end) {
            return new ByteRange(end, 0);
        }
        Errno.require(data, "look for allocated clusters");
        long hole = Reactor.awaited(handle.seekHole(data));
        if (hole != -Errno.ENXIO) {
            Errno.require(hole, "look for free clusters");
        }
        return ByteRange.between(data, hole < 0 ? end : Math.min(hole, end));
    }

    private boolean isAllocated(long clusterOffset) {
        return Reactor.awaited(handle.seekData(clusterOffset)) == clusterOffset;
    }

    /** Frees the own clusters of a range, after clearing them where the device does not do that by itself. */
    long giveBack(ByteRange range, Clearing clearing) {
        ByteRange run = nextRun(range.offset(), range.end());
        while (!run.isEmpty()) {
            long status = clearing.unmapClears() ? 0 : clear(run);
            if (status >= 0) {
                status = Reactor.awaited(handle.unmap(run));
            }
            if (status < 0) {
                return status;
            }
            run = nextRun(run.end(), range.end());
        }
        return 0;
    }

    /** Writes zeroes over all clusters that the volume has itself. */
    long clearAll(long sizeBytes) {
        ByteRange run = nextRun(0, sizeBytes);
        while (!run.isEmpty()) {
            long status = clear(run);
            if (status < 0) {
                return status;
            }
            run = nextRun(run.end(), sizeBytes);
        }
        return 0;
    }

    /** Writes zeroes over a range. */
    long clear(ByteRange range) {
        for (long at = range.offset(); at < range.end(); at += CLEARED_BYTES_MAX) {
            long length = Math.min(CLEARED_BYTES_MAX, range.end() - at);
            long status = Reactor.awaited(handle.writeZeroes(new ByteRange(at, length)));
            if (status < 0) {
                return status;
            }
        }
        return 0;
    }

    /** Writes the whole cluster at each end of a range with the bytes that it reads as, unless it is allocated. */
    long fillEdges(ByteRange range) {
        long first = clusterStart(range.offset());
        long last = clusterStart(range.end() - 1);
        long status = clusterSize.isAligned(range.offset()) ? 0 : fill(first);
        boolean once = first == last && !clusterSize.isAligned(range.offset());
        return status < 0 || once || clusterSize.isAligned(range.end()) ? status : fill(last);
    }

    private long clusterStart(long offset) {
        return clusterSize.clusterOf(offset) * clusterSize.bytes();
    }

    /** Writes a whole cluster with the bytes that it reads as, unless it is allocated. */
    private long fill(long clusterOffset) {
        if (isAllocated(clusterOffset)) {
            return 0;
        }
        ByteBuffer bytes = AlignedBuffer.allocate(clusterSize.bytes());
        long status = Reactor.awaited(handle.read(clusterOffset, bytes));
        return status < 0 ? status : Reactor.awaited(handle.write(clusterOffset, bytes));
    }

    /** Allocates a cluster that reads as zeroes, by writing zeroes; leaves an allocated cluster as it is. */
    long allocateZeroes(long clusterOffset) {
        return isAllocated(clusterOffset)
                ? 0
                : Reactor.awaited(handle.writeZeroes(new ByteRange(clusterOffset, clusterSize.bytes())));
    }

    /**
     * Gives the volume its own copy of a cluster that a parent holds, even while others write to the cluster. It writes
     * one block with the bytes that the block has, and only if it still has them; this makes SPDK copy the whole
     * cluster.
     *
     * @param block memory for that block
     */
    long detach(long clusterOffset, ByteBuffer block) {
        while (!isAllocated(clusterOffset)) {
            long status = Reactor.awaited(handle.read(clusterOffset, block));
            if (status >= 0) {
                status = Reactor.awaited(handle.rewrite(clusterOffset, block));
            }
            if (status < 0 && status != -Errno.EILSEQ) {
                return status;
            }
        }
        return 0;
    }
}
