// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.source.qcow2;

import io.scrubjay.source.DiskSink;
import io.scrubjay.source.LentBuffer;
import io.scrubjay.source.MemoryBudget;
import io.scrubjay.source.StreamOffset;

import java.util.Optional;
import java.util.zip.DataFormatException;

/**
 * Emits runs whose bytes are on the shelf: those that passed before the table that names them, and all compressed ones.
 * Confined to the reader's thread.
 */
final class PassedRuns implements AutoCloseable {
    private final Qcow2Header header;
    private final Shelf shelf;
    private final MemoryBudget.Share memory;
    private Optional<Unpacker> unpacker = Optional.empty();
    private byte[] buffer = {};
    private byte[] cluster = {};
    /** Where the compressed bytes of the latest compressed cluster begin and end. */
    private long latestStart;

    private long latestEnd;
    /** The compressed bytes of all of them. */
    private long unpackedBytes;

    /** @param memory from which the buffers are taken */
    PassedRuns(Qcow2Header header, Shelf shelf, MemoryBudget.Share memory) {
        this.header = header;
        this.shelf = shelf;
        this.memory = memory;
    }

    /**
     * Refuses the file if it has to be longer for this run. It may end in its last cluster, whose rest is zeroes, and it
     * need not contain what is not read.
     */
    void requireArrived(Run run, StreamOffset end) {
        boolean arrived = switch (run.kind()) {
            case DATA -> run.endsBy(header.geometry().lastClusterEnd(end));
            case PACKED -> run.beginsBefore(end);
            case UNUSED, REFCOUNT_BLOCK -> true;
            case L1_TABLE, L2_TABLE, REFCOUNT_TABLE -> run.endsBy(end);
        };
        if (!arrived) {
            throw Qcow2Refusals.endsTooSoon(end, "there must be " + run.words() + " of " + run.length() + " bytes");
        }
    }

    /**
     * Emits a run, which is claimed already.
     *
     * @param end how much of the file there is
     */
    void emit(Run run, StreamOffset end, DiskSink disk) {
        if (run.kind() == Run.Kind.PACKED) {
            unpack(run, end, disk);
        } else if (run.kind() == Run.Kind.DATA) {
            copy(run, end, disk);
        }
    }

    private void copy(Run run, StreamOffset end, DiskSink disk) {
        byte[] bytes = buffer(shelf.pageBytes());
        long length = Math.min(run.length(), end.bytes() - run.start().bytes());
        long done = 0;
        while (done < length) {
            StreamOffset at = run.start().plus(done);
            int count = (int) Math.min(length - done, bytes.length - at.bytes() % bytes.length);
            if (shelf.read(at, bytes, count)) {
                disk.data(run.disk().plus(done), new LentBuffer(bytes, 0, count));
            }
            done += count;
        }
    }

    private void unpack(Run run, StreamOffset end, DiskSink disk) {
        byte[] packed = buffer(2 * header.geometry().clusterBytes());
        if (cluster.length == 0) {
            memory.take(header.geometry().clusterBytes());
            cluster = new byte[header.geometry().clusterBytes()];
        }
        int length = (int) Math.min(run.length(), end.bytes() - run.start().bytes());
        requireApart(run, run.start().bytes() >= latestStart && run.start().bytes() < latestEnd);
        shelf.read(run.start(), packed, length);
        int taken = unpack(run, packed, length);
        unpackedBytes += taken;
        requireApart(run, unpackedBytes > end.bytes());
        latestStart = run.start().bytes();
        latestEnd = latestStart + taken;
        shelf.clear(run.start(), taken);
        int inDisk =
                (int) Math.min(cluster.length, header.diskBytes() - run.disk().bytes());
        disk.data(run.disk(), new LentBuffer(cluster, 0, inDisk));
    }

    /**
     * Refuses compressed clusters that share bytes: a file of a few bytes could decompress to any number of clusters. In
     * the order of the file, each such one is found; otherwise, the first that is more than the file has bytes for.
     */
    private static void requireApart(Run run, boolean overlaps) {
        if (overlaps) {
            throw Qcow2Refusals.damaged(run.words() + ", for the disk's bytes at "
                    + run.disk().bytes() + ", overlaps another compressed cluster");
        }
    }

    private int unpack(Run run, byte[] packed, int length) {
        if (unpacker.isEmpty()) {
            unpacker = Optional.of(header.packing().open());
        }
        try {
            return unpacker.get().unpack(packed, length, cluster);
        } catch (DataFormatException failed) {
            throw Qcow2Refusals.damaged(run.words() + ", for the disk's bytes at "
                    + run.disk().bytes() + ", cannot be decompressed: " + failed.getMessage());
        }
    }

    private byte[] buffer(int bytes) {
        if (buffer.length < bytes) {
            memory.take(bytes - buffer.length);
            buffer = new byte[bytes];
        }
        return buffer;
    }

    @Override
    public void close() {
        unpacker.ifPresent(Unpacker::close);
        unpacker = Optional.empty();
    }
}
