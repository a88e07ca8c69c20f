// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.source.qcow2;

import java.nio.ByteBuffer;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import java.util.stream.Stream;

/**
 * Makes the header and the tables of a qcow2 file, one cluster at a time, in the order in which they lie in the file.
 * Each stream must be used once, in order, by one thread at a time. All numbers are big-endian.
 */
final class Qcow2Tables {
    private static final int MAGIC = 'Q' << 24 | 'F' << 16 | 'I' << 8 | 0xfb;
    private static final int VERSION = 3;
    private static final int HEADER_BYTES = 112;
    /** Counts of 2^4 bits. */
    private static final int REFCOUNT_ORDER = 4;
    /** Of the incompatible features: the header says how clusters are compressed. */
    private static final long HAS_COMPRESSION_TYPE = 1 << 3;

    private static final byte ZSTD = 1;

    /** An entry's cluster has this one reference, and can be written in place. */
    private static final long COPIED = 1L << 63;

    private static final long COMPRESSED = 1L << 62;
    /** In the entry of a compressed cluster, the number of further sectors stands above this many bits of offset. */
    private static final int COMPRESSED_OFFSET_BITS =
            62 - (Integer.numberOfTrailingZeros(HostPlaces.CLUSTER_BYTES) - 8);

    private static final int SECTOR_BITS = 9;

    private final Qcow2Layout layout;

    Qcow2Tables(Qcow2Layout layout) {
        this.layout = layout;
    }

    /** The header of a file whose compressed clusters, if any, are zstd frames. */
    ByteBuffer zstdHeader() {
        return header().putLong(72, HAS_COMPRESSION_TYPE).put(104, ZSTD);
    }

    /** The header of a file without compressed clusters. */
    ByteBuffer header() {
        return cluster()
                .putInt(0, MAGIC)
                .putInt(4, VERSION)
                .putInt(20, Integer.numberOfTrailingZeros(HostPlaces.CLUSTER_BYTES))
                .putLong(24, layout.virtualBytes())
                .putInt(36, layout.l1Entries())
                .putLong(40, layout.l1TableOffset())
                .putLong(48, layout.refcountTableOffset())
                .putInt(56, layout.refcountTableClusters())
                .putInt(96, REFCOUNT_ORDER)
                .putInt(100, HEADER_BYTES);
    }

    Stream<ByteBuffer> l1() {
        HostPlaces places = layout.l2Places();
        return IntStream.range(0, layout.l1Clusters()).mapToObj(index -> {
            ByteBuffer entries = cluster();
            long from = (long) index * Qcow2Layout.ENTRIES;
            for (long region = layout.nextRegion(from);
                    region >= 0 && region < from + Qcow2Layout.ENTRIES;
                    region = layout.nextRegion(region + 1)) {
                entries.putLong((int) (region - from) * Long.BYTES, places.cluster() | COPIED);
            }
            return entries;
        });
    }

    /** The L2 tables of a file without compressed clusters. */
    Stream<ByteBuffer> l2() {
        HostPlaces places = layout.dataPlaces();
        return LongStream.iterate(layout.nextRegion(0), region -> region >= 0, region -> layout.nextRegion(region + 1))
                .mapToObj(region -> {
                    ByteBuffer entries = cluster();
                    long from = region * Qcow2Layout.ENTRIES;
                    for (long cluster = layout.stored().nextAllocated(from);
                            cluster >= 0 && cluster < from + Qcow2Layout.ENTRIES;
                            cluster = layout.stored().nextAllocated(cluster + 1)) {
                        entries.putLong((int) (cluster - from) * Long.BYTES, wholeEntry(places.cluster()));
                    }
                    return entries;
                });
    }

    /** The entry of a cluster that is stored as it is. */
    static long wholeEntry(long place) {
        return place | COPIED;
    }

    /** The entry of a compressed cluster of so many bytes. */
    static long compressedEntry(long place, int bytes) {
        long further = ((place + bytes - 1) >> SECTOR_BITS) - (place >> SECTOR_BITS);
        return COMPRESSED | (further << COMPRESSED_OFFSET_BITS) | place;
    }

    /** The refcount table of a file that ends at this place. */
    Stream<ByteBuffer> refcountTable(HostPlaces end) {
        long blocks = end.refcountBlocks();
        return IntStream.range(0, layout.refcountTableClusters()).mapToObj(index -> {
            ByteBuffer entries = cluster();
            long from = (long) index * Qcow2Layout.ENTRIES;
            for (long block = from; block < Math.min(blocks, from + Qcow2Layout.ENTRIES); block++) {
                entries.putLong((int) (block - from) * Long.BYTES, end.refcountBlock(block));
            }
            return entries;
        });
    }

    /** A cluster of zeroes, which is whole: its position is 0 and its limit its size. */
    static ByteBuffer cluster() {
        return ByteBuffer.allocate(HostPlaces.CLUSTER_BYTES);
    }
}
