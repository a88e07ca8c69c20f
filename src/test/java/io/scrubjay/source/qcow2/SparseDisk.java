// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.source.qcow2;

import io.scrubjay.block.ChunkGrid;
import io.scrubjay.block.ClusterMap;
import io.scrubjay.block.ZeroScan;
import io.scrubjay.engine.Stages;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * A disk of any size with a few clusters of data, for files that are written of it.
 *
 * @param clusters the bytes of each cluster with data, by its number; the last one of the disk may be shorter
 */
record SparseDisk(long bytes, SortedMap<Long, byte[]> clusters) {
    static final int CLUSTER = HostPlaces.CLUSTER_BYTES;
    private static final int BLOCK = 4096;
    private static final int CLUSTERS_PER_CHUNK = ChunkGrid.CHUNK_BYTES / CLUSTER;

    /** A disk with so many clusters of data in runs, at random: some compress well, some not at all. */
    static SparseDisk random(long seed, long bytes, int count) {
        Random random = new Random(seed);
        SortedMap<Long, byte[]> clusters = new TreeMap<>();
        long total = (bytes + CLUSTER - 1) / CLUSTER;
        long next = 0;
        while (clusters.size() < Math.min(count, total)) {
            next = random.nextInt(4) == 0 ? random.nextLong(total) : (next + 1) % total;
            byte[] data = new byte[(int) Math.min(CLUSTER, bytes - next * CLUSTER)];
            fill(random, data);
            data[random.nextInt(data.length)] = 1;
            clusters.put(next, data);
        }
        return new SparseDisk(bytes, clusters);
    }

    private static void fill(Random random, byte[] data) {
        switch (random.nextInt(4)) {
            case 0 -> random.nextBytes(data);
            case 1 -> {
                byte[] some = new byte[random.nextInt(data.length + 1)];
                random.nextBytes(some);
                System.arraycopy(some, 0, data, 0, some.length);
            }
            case 2 -> {
                for (int i = 0; i < data.length; i++) {
                    data[i] = (byte) "the same words again, and again. ".charAt(i % 33);
                }
            }
            default -> {
                // Almost all zeroes.
            }
        }
    }

    ClusterMap map() {
        ClusterMap.Builder map = ClusterMap.builder();
        clusters.keySet().forEach(cluster -> map.add(cluster, 1));
        return map.build();
    }

    Qcow2Layout layout() {
        return new Qcow2Layout(bytes, map());
    }

    /** The bytes of a file of this disk, as it is sent. */
    void write(Qcow2File file, Path target) {
        try (file;
                FileChannel out = FileChannel.open(target, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
            long end = 0;
            for (List<ByteBuffer> tables = file.tables(); !tables.isEmpty(); tables = file.tables()) {
                end = append(out, end, tables);
            }
            for (int pass = 0; pass < file.passes(); pass++) {
                for (long chunk : chunks()) {
                    end = append(out, end, Stages.await(file.disk(chunk * ChunkGrid.CHUNK_BYTES, chunk(chunk))));
                }
                end = append(out, end, file.passed());
            }
            if (out.size() < end) {
                out.write(ByteBuffer.allocate(1), end - 1);
            }
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    /** Leaves holes where there are zeroes. */
    private static long append(FileChannel out, long offset, List<ByteBuffer> bytes) throws IOException {
        long end = offset;
        for (ByteBuffer one : bytes) {
            ByteBuffer rest = one.duplicate();
            while (rest.hasRemaining()) {
                int zeroes = ZeroScan.zeroBlocks(rest, BLOCK);
                rest.position(rest.position() + zeroes);
                int data = ZeroScan.dataBlocks(rest, BLOCK);
                end += zeroes;
                for (ByteBuffer part = rest.slice(rest.position(), data); part.hasRemaining(); ) {
                    end += out.write(part, end);
                }
                rest.position(rest.position() + data);
            }
        }
        return end;
    }

    /** The chunks with data, in order. */
    List<Long> chunks() {
        TreeSet<Long> chunks = new TreeSet<>();
        clusters.keySet().forEach(cluster -> chunks.add(cluster / CLUSTERS_PER_CHUNK));
        return new ArrayList<>(chunks);
    }

    ByteBuffer chunk(long chunk) {
        long offset = chunk * ChunkGrid.CHUNK_BYTES;
        ByteBuffer buffer = ByteBuffer.allocateDirect((int) Math.min(ChunkGrid.CHUNK_BYTES, bytes - offset));
        clusters.subMap(chunk * CLUSTERS_PER_CHUNK, (chunk + 1) * CLUSTERS_PER_CHUNK)
                .forEach((cluster, data) -> buffer.put((int) (cluster * CLUSTER - offset), data));
        return buffer;
    }

    /** The disk as a raw file with holes. */
    void writeRaw(Path target) {
        try (FileChannel out = FileChannel.open(target, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
            for (var cluster : clusters.entrySet()) {
                out.write(ByteBuffer.wrap(cluster.getValue()), cluster.getKey() * CLUSTER);
            }
            if (out.size() < bytes) {
                out.write(ByteBuffer.allocate(1), bytes - 1);
            }
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }
}
