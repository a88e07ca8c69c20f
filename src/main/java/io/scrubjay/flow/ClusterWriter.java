// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.flow;

import io.scrubjay.block.ByteRange;
import io.scrubjay.block.ClusterMap;
import io.scrubjay.block.ClusterSize;
import io.scrubjay.engine.Access;
import io.scrubjay.engine.ClusterChain;
import io.scrubjay.engine.EngineException;
import io.scrubjay.engine.Stages;
import io.scrubjay.engine.StorageEngine;
import io.scrubjay.engine.Volume;
import io.scrubjay.engine.VolumeName;
import org.jboss.logging.Logger;

import java.nio.ByteBuffer;

/**
 * Writes any range of bytes to a volume, even if it is not aligned to blocks and clusters. Confined to one
 * thread at a time; {@link #flush} is for any thread.
 *
 * <p>INVARIANT I-2: a cluster that neither the volume nor a parent holds is written as a whole, in one write: the SPI
 * does not say what the rest of a new cluster would contain. In other clusters, only the blocks at the edges are read
 * and merged.
 */
public final class ClusterWriter implements AutoCloseable {
    private static final Logger LOG = Logger.getLogger(ClusterWriter.class);

    private final Volume volume;
    private final ClusterSize clusterSize;
    private final int blockBytes;
    /**
     * The clusters that the volume or a parent holds. Taking or deleting a snapshot moves clusters between the two, but
     * removes none. Read again for every handle, since others may have used the volume in between.
     */
    private ClusterMap held;

    private ClusterWriter(Volume volume, ClusterSize clusterSize, int blockBytes, ClusterMap held) {
        this.volume = volume;
        this.clusterSize = clusterSize;
        this.blockBytes = blockBytes;
        this.held = held;
    }

    /** Opens the volume for writing; until it is closed, nobody else can. */
    public static ClusterWriter open(StorageEngine engine, VolumeName name) {
        ClusterMap held = ClusterChain.visible(engine, name);
        return new ClusterWriter(
                engine.open(name, Access.WRITE),
                engine.traits().clusterSize(),
                engine.traits().ioAlignmentBytes(),
                held);
    }

    /**
     * Writes bytes of a window to the volume. Byte 0 of the window belongs at byte {@code windowOffset} of the volume,
     * which is the beginning of a cluster. The other bytes of the window are overwritten.
     *
     * @param range the range to write: not empty, and inside the window and the volume
     * @throws EngineException when the write fails; a part of the range may then be written
     */
    public void write(Window window, long windowOffset, ByteRange range) {
        long from = roundedDown(range.offset(), unitAt(range.offset()));
        long to = roundedUp(range.end(), unitAt(range.end() - 1));
        ByteBuffer bytes = window.bytes();
        if (from < range.offset()) {
            fill(window, windowOffset, range, ByteRange.between(from, roundedUp(range.offset(), blockBytes)));
        }
        if (range.end() < to) {
            fill(window, windowOffset, range, ByteRange.between(roundedDown(range.end(), blockBytes), to));
        }
        int first = Math.toIntExact(from - windowOffset);
        ByteBuffer whole = bytes.slice(first, Math.toIntExact(to - from));
        try {
            Stages.await(window.lentTo(volume.write(from, whole)));
        } catch (EngineException failure) {
            giveBackNew(ByteRange.between(from, to), failure);
            throw failure;
        }
        noteHeld(from, to);
    }

    /** Whether the volume or a parent holds the cluster with this byte; any other reads as zeroes. */
    public boolean holds(long offset) {
        return held.contains(clusterSize.clusterOf(offset));
    }

    /** The smallest unit that a write at this byte must cover. */
    private int unitAt(long offset) {
        return held.contains(clusterSize.clusterOf(offset)) ? blockBytes : clusterSize.bytes();
    }

    /** Reads whole blocks of the volume into the window, around the bytes that are to be written. */
    private void fill(Window window, long windowOffset, ByteRange range, ByteRange blocks) {
        ByteRange kept = blocks.intersect(range);
        byte[] saved = new byte[Math.toIntExact(kept.length())];
        ByteBuffer bytes = window.bytes();
        int at = Math.toIntExact(kept.offset() - windowOffset);
        bytes.get(at, saved);
        int first = Math.toIntExact(blocks.offset() - windowOffset);
        ByteBuffer target = bytes.slice(first, Math.toIntExact(blocks.length()));
        Stages.await(window.lentTo(volume.read(blocks.offset(), target)));
        bytes.put(at, saved);
    }

    /**
     * INVARIANT I-6: a first touch that failed may have left a cluster that is only partly written. It read as zeroes
     * before, so it is made to read as zeroes again.
     */
    private void giveBackNew(ByteRange range, EngineException failure) {
        if (failure instanceof EngineException.DeviceStalled) {
            return; // The write may still happen; freeing the cluster that it writes to would be worse.
        }
        try {
            long end = clusterSize.clustersIn(range.end());
            for (long cluster = clusterSize.clusterOf(range.offset()); cluster < end; cluster++) {
                if (!held.contains(cluster)) {
                    Stages.await(volume.unmap(new ByteRange(cluster * clusterSize.bytes(), clusterSize.bytes())));
                }
            }
        } catch (EngineException left) {
            failure.addSuppressed(left);
            LOG.errorf(
                    "%s: the clusters of a failed write could not be freed: %s. Check the pool's device in the"
                            + " kernel log",
                    volume.name(), left.getMessage());
        }
    }

    private void noteHeld(long from, long to) {
        long first = clusterSize.clusterOf(from);
        long end = clusterSize.clustersIn(to);
        if (!held.containsAll(first, end)) {
            held = held.union(ClusterMap.builder().add(first, end - first).build());
        }
    }

    private static long roundedDown(long offset, int unit) {
        return offset - offset % unit;
    }

    private static long roundedUp(long offset, int unit) {
        return roundedDown(offset + unit - 1, unit);
    }

    /** Makes everything written so far durable. */
    public void flush() {
        Stages.await(volume.flush());
    }

    @Override
    public void close() {
        volume.close();
    }
}
