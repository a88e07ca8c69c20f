// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.source.qcow2;

import io.scrubjay.source.DiskOffset;
import io.scrubjay.source.StreamOffset;

import java.nio.ByteBuffer;
import java.util.function.Consumer;

/**
 * Some entries of the L1 table.
 *
 * <p>Those behind the end of the disk are ignored: QEMU keeps the state of a machine there.
 */
final class L1Entries {
    private static final long COPIED = 1L << 63;
    private static final long OFFSET = 0x00ff_ffff_ffff_fe00L;

    private final Qcow2Header header;
    private final StreamOffset start;
    private final long firstIndex;
    private final ByteBuffer entries;

    /**
     * @param start the position of these entries in the file
     * @param bytes begins with the entries
     */
    L1Entries(Qcow2Header header, Run table, StreamOffset start, byte[] bytes, int length) {
        this.header = header;
        this.start = start;
        this.firstIndex = (start.bytes() - table.start().bytes()) / Long.BYTES;
        this.entries = ByteBuffer.wrap(bytes, 0, length);
    }

    /** Passes on the L2 tables that these entries name. */
    void forEach(Consumer<Run> l2Tables) {
        long span = header.geometry().tableSpanBytes();
        for (int at = 0; at < entries.limit(); at += Long.BYTES) {
            long index = firstIndex + at / Long.BYTES;
            // ORDER: compared before it is multiplied, which may overflow. A disk without bytes has no index.
            if (index > Math.floorDiv(header.diskBytes() - 1, span)) {
                return;
            }
            long entry = entries.getLong(at);
            if (entry != 0) {
                l2Tables.accept(l2Table(at, entry, new DiskOffset(index * span)));
            }
        }
    }

    private Run l2Table(int at, long entry, DiskOffset disk) {
        long l2Start = entry & OFFSET;
        if ((entry & ~OFFSET & ~COPIED) != 0) {
            throw wrong(at, entry, "has bits set that must be 0");
        }
        if (l2Start == 0 || !header.geometry().isAligned(l2Start)) {
            throw wrong(
                    at,
                    entry,
                    "places an L2 table at " + l2Start + ", which is not the beginning of a cluster behind the header");
        }
        return new Run(
                Run.Kind.L2_TABLE, new StreamOffset(l2Start), header.geometry().clusterBytes(), disk);
    }

    private RuntimeException wrong(int at, long entry, String what) {
        return Qcow2Refusals.damaged("the entry 0x" + Long.toHexString(entry) + " at " + (start.bytes() + at)
                + ", in the L1 table, " + what);
    }
}
