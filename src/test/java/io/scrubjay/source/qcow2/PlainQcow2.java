// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.source.qcow2;

import com.github.luben.zstd.Zstd;
import com.github.luben.zstd.ZstdException;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.zip.DataFormatException;
import java.util.zip.Inflater;

/**
 * A decoder that looks up each cluster of the disk in a file that is in memory: what a reader must agree with, if it
 * does not refuse the file. It believes all that the tables say, and bytes behind the file's end are zeroes to it.
 */
final class PlainQcow2 {
    private final ByteBuffer file;
    private final int clusterBits;
    private final boolean extended;
    private final boolean zstd;

    private PlainQcow2(byte[] file) {
        this.file = ByteBuffer.wrap(Arrays.copyOf(file, file.length + (4 << 21)));
        clusterBits = this.file.getInt(20);
        long features = this.file.getInt(4) == 3 ? this.file.getLong(72) : 0;
        extended = (features & 16) != 0;
        zstd = (features & 8) != 0;
    }

    /** The disk in a file that a reader took. */
    static byte[] disk(byte[] file) {
        PlainQcow2 plain = new PlainQcow2(file);
        byte[] disk = new byte[(int) plain.file.getLong(24)];
        int clusterBytes = 1 << plain.clusterBits;
        for (int at = 0; at < disk.length; at += clusterBytes) {
            byte[] cluster = plain.cluster(at / clusterBytes);
            System.arraycopy(cluster, 0, disk, at, Math.min(clusterBytes, disk.length - at));
        }
        return disk;
    }

    private byte[] cluster(int index) {
        int entryBytes = extended ? 16 : 8;
        int perTable = (1 << clusterBits) / entryBytes;
        int l2 = (int) (file.getLong((int) (file.getLong(40) + index / perTable * 8L)) & 0x00ff_ffff_ffff_fe00L);
        byte[] cluster = new byte[1 << clusterBits];
        if (l2 == 0) {
            return cluster;
        }
        long entry = file.getLong(l2 + index % perTable * entryBytes);
        if ((entry & 1L << 62) != 0) {
            return unpacked((int) (entry & ((1L << (62 - (clusterBits - 8))) - 1)), cluster);
        }
        int place = (int) (entry & 0x00ff_ffff_ffff_fe00L);
        long allocated = extended ? file.getLong(l2 + index % perTable * entryBytes + 8) : -1;
        int unit = extended ? cluster.length / 32 : cluster.length;
        for (int at = 0; at < cluster.length; at += unit) {
            if (place != 0 && (extended || (entry & 1) == 0) && (allocated >>> (at / unit) & 1) != 0) {
                file.get(place + at, cluster, at, unit);
            }
        }
        return cluster;
    }

    private byte[] unpacked(int place, byte[] cluster) {
        byte[] packed = new byte[2 * cluster.length];
        file.get(place, packed);
        try {
            if (zstd) {
                int length = (int) Zstd.findFrameCompressedSize(packed);
                Zstd.decompress(cluster, Arrays.copyOf(packed, length));
            } else {
                Inflater inflater = new Inflater(true);
                inflater.setInput(packed);
                inflater.inflate(cluster);
                inflater.end();
            }
            return cluster;
        } catch (DataFormatException | ZstdException failed) {
            throw new AssertionError("a reader took what cannot be decompressed", failed);
        }
    }
}
