// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.source.qcow2;

import com.github.luben.zstd.Zstd;
import com.github.luben.zstd.ZstdDecompressCtx;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Reads a qcow2 file by what the format says and nothing else, and requires that the number of references to each of its
 * clusters is the one it states.
 */
final class WrittenFile {
    private static final int CLUSTER = HostPlaces.CLUSTER_BYTES;
    private static final long OFFSET = (1L << 56) - 512;

    private final FileChannel file;
    private final ByteBuffer header;
    private final SortedMap<Long, byte[]> clusters = new TreeMap<>();
    private final Map<Long, Integer> references = new HashMap<>();

    private WrittenFile(FileChannel file) throws IOException {
        this.file = file;
        this.header = read(0, CLUSTER);
        refer(0, CLUSTER);
        tables();
        refcounts();
    }

    static WrittenFile read(Path path) {
        try (FileChannel file = FileChannel.open(path)) {
            return new WrittenFile(file);
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    long virtualBytes() {
        return header.getLong(24);
    }

    /** The clusters that it has, each whole. */
    SortedMap<Long, byte[]> clusters() {
        return clusters;
    }

    private ByteBuffer read(long offset, int bytes) throws IOException {
        ByteBuffer read = ByteBuffer.allocate(bytes);
        while (read.hasRemaining() && file.read(read, offset + read.position()) > 0) {
            // Goes on.
        }
        assertThat(read.hasRemaining()).as("%d bytes at %d", bytes, offset).isFalse();
        return read.clear();
    }

    private void refer(long offset, long bytes) {
        for (long cluster = offset / CLUSTER; cluster <= (offset + bytes - 1) / CLUSTER; cluster++) {
            references.merge(cluster, 1, Integer::sum);
        }
    }

    private void tables() throws IOException {
        assertThat(header.getInt(0)).isEqualTo(0x514649fb);
        assertThat(header.getInt(4)).isEqualTo(3);
        assertThat(header.getInt(20)).isEqualTo(16);
        assertThat(header.getInt(100)).isEqualTo(112);
        int l1Bytes = header.getInt(36) * Long.BYTES;
        assertThat(l1Bytes * 8192L * CLUSTER / Long.BYTES).isGreaterThanOrEqualTo(virtualBytes());
        ByteBuffer l1 = read(header.getLong(40), l1Bytes);
        refer(header.getLong(40), l1Bytes);
        long lastPlace = 0;
        for (int region = 0; region < l1Bytes / Long.BYTES; region++) {
            long entry = l1.getLong(region * Long.BYTES);
            if (entry == 0) {
                continue;
            }
            assertThat(entry).isNegative();
            ByteBuffer l2 = read(entry & OFFSET, CLUSTER);
            refer(entry & OFFSET, CLUSTER);
            for (int i = 0; i < 8192; i++) {
                long mapping = l2.getLong(i * Long.BYTES);
                if (mapping != 0) {
                    long place = mapping & (1L << 54) - 1;
                    assertThat(place).isGreaterThan(Math.max(lastPlace, entry & OFFSET));
                    lastPlace = place;
                    clusters.put(region * 8192L + i, cluster(mapping));
                }
            }
        }
    }

    private byte[] cluster(long entry) throws IOException {
        if (entry < 0) {
            assertThat(entry & OFFSET & CLUSTER - 1).isZero();
            refer(entry & OFFSET, CLUSTER);
            return read(entry & OFFSET, CLUSTER).array();
        }
        assertThat(entry >>> 62).isOne();
        assertThat(header.getLong(72)).isEqualTo(8);
        assertThat(header.get(104)).isEqualTo((byte) 1);
        long place = entry & (1L << 54) - 1;
        int bytes = (int) ((entry >> 54 & 0xff) + 1) * 512 - (int) (place & 511);
        refer(place, bytes);
        byte[] cluster = new byte[CLUSTER];
        byte[] frame = read(place, bytes).array();
        int length = Math.toIntExact(Zstd.findFrameCompressedSize(frame, 0));
        try (ZstdDecompressCtx context = new ZstdDecompressCtx()) {
            assertThat(context.decompressByteArray(cluster, 0, CLUSTER, frame, 0, length))
                    .isEqualTo(CLUSTER);
        }
        return cluster;
    }

    private void refcounts() throws IOException {
        long table = header.getLong(48);
        int tableBytes = header.getInt(56) * CLUSTER;
        assertThat(header.getInt(96)).isEqualTo(4);
        refer(table, tableBytes);
        ByteBuffer blocks = read(table, tableBytes);
        for (int at = 0; at < tableBytes; at += Long.BYTES) {
            if (blocks.getLong(at) != 0) {
                refer(blocks.getLong(at), CLUSTER);
            }
        }
        assertThat(file.size() % CLUSTER).isZero();
        Map<Long, Integer> stated = new HashMap<>();
        for (int at = 0; at < tableBytes; at += Long.BYTES) {
            if (blocks.getLong(at) != 0) {
                ByteBuffer counts = read(blocks.getLong(at), CLUSTER);
                for (int i = 0; i < 32768; i++) {
                    if (counts.getShort(2 * i) != 0) {
                        stated.put(at / 8 * 32768L + i, (int) counts.getShort(2 * i));
                    }
                }
            }
        }
        assertThat(stated).isEqualTo(references);
        assertThat(stated.keySet()).allMatch(cluster -> cluster < fileClusters());
    }

    private long fileClusters() {
        try {
            return file.size() / CLUSTER;
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    /** Requires that it shows this disk. */
    void requireShows(SparseDisk disk) {
        assertThat(virtualBytes()).isEqualTo((disk.bytes() + 511) / 512 * 512);
        assertThat(clusters.keySet()).isEqualTo(disk.clusters().keySet());
        disk.clusters()
                .forEach((cluster, data) -> assertThat(
                                Arrays.equals(clusters.get(cluster), Arrays.copyOf(data, CLUSTER)))
                        .as("cluster %d", cluster)
                        .isTrue());
    }
}
