// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.source.qcow2;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/**
 * The qcow2 file as it grows: counts the references to each cluster, and inserts a refcount block at the end of each
 * group. Whoever appends bytes takes them out again soon, to send them: nothing is copied. Confined to one thread at a
 * time.
 */
final class HostFile {
    private static final ByteBuffer ZEROES =
            ByteBuffer.allocate(HostPlaces.CLUSTER_BYTES).asReadOnlyBuffer();

    private List<ByteBuffer> pending = new ArrayList<>();
    private ByteBuffer counts = Qcow2Tables.cluster();
    private long length;

    /** How many bytes were appended so far. */
    long length() {
        return length;
    }

    /**
     * Appends bytes: one reference to each cluster in which some of them lie. At the end of a group they go on behind
     * its refcount block.
     *
     * @param bytes from the position to the limit; they must not change until they are sent
     */
    void append(ByteBuffer bytes) {
        int from = bytes.position();
        while (from < bytes.limit()) {
            int count = (int) Math.min(bytes.limit() - from, untilBlock());
            refer(length, count);
            add(bytes.slice(from, count));
            from += count;
        }
    }

    /** Appends zeroes until this offset, which nothing refers to. */
    void padTo(long offset) {
        assert offset >= length : offset + " is before the end at " + length;
        while (length < offset) {
            add(ZEROES.slice(0, (int) Math.min(ZEROES.capacity(), Math.min(offset - length, untilBlock()))));
        }
    }

    /** Appends zeroes until the end of the cluster. */
    void align() {
        padTo(Qcow2Layout.CLUSTER_SIZE.roundUp(length));
    }

    /** Ends the file with the last refcount block. */
    void end() {
        align();
        if (length % HostPlaces.GROUP_BYTES != 0) {
            addBlock();
        }
    }

    /** The bytes that were appended since the last call. */
    List<ByteBuffer> take() {
        List<ByteBuffer> taken = pending;
        pending = new ArrayList<>();
        return taken;
    }

    private long untilBlock() {
        return HostPlaces.GROUP_BYTES - HostPlaces.CLUSTER_BYTES - length % HostPlaces.GROUP_BYTES;
    }

    private void add(ByteBuffer bytes) {
        pending.add(bytes);
        length += bytes.limit();
        if (untilBlock() == 0) {
            addBlock();
        }
    }

    private void addBlock() {
        refer(length, HostPlaces.CLUSTER_BYTES);
        pending.add(counts);
        length += HostPlaces.CLUSTER_BYTES;
        counts = Qcow2Tables.cluster();
    }

    private void refer(long offset, int bytes) {
        long last = (offset + bytes - 1) / HostPlaces.CLUSTER_BYTES;
        for (long cluster = offset / HostPlaces.CLUSTER_BYTES; cluster <= last; cluster++) {
            int at = (int) (cluster % HostPlaces.GROUP_CLUSTERS) * Short.BYTES;
            counts.putShort(at, (short) (counts.getShort(at) + 1));
        }
    }
}
