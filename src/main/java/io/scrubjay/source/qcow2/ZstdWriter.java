// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.source.qcow2;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.stream.Stream;
import java.util.zip.CRC32C;

/**
 * A file with zstd-compressed clusters. The first pass over the disk shows how large each cluster becomes, and so where
 * it will be, which is all that the L2 tables say; the second one makes the data. So tables come before what they map,
 * and no size has to be kept. ADR 24 compares this with other ways.
 */
final class ZstdWriter implements Qcow2File {
    private final Qcow2Layout layout;
    private final Qcow2Tables made;
    private final HostFile file = new HostFile();
    private final TableQueue tables;
    private final SharedFrames frames;
    private Pass pass;

    ZstdWriter(Qcow2Layout layout, Executor workers) {
        this.layout = layout;
        this.made = new Qcow2Tables(layout);
        this.tables = new TableQueue(file).add(0, Stream.of(made.zstdHeader())).add(layout.l1TableOffset(), made.l1());
        this.frames = new SharedFrames(workers);
        this.pass = new Measuring();
    }

    @Override
    public OptionalLong lengthBytes() {
        return OptionalLong.empty();
    }

    @Override
    public int passes() {
        return 2;
    }

    @Override
    public List<ByteBuffer> tables() {
        tables.append();
        return file.take();
    }

    @Override
    public boolean isQuick(long offset, int bytes) {
        return false;
    }

    @Override
    public CompletionStage<List<ByteBuffer>> disk(long offset, ByteBuffer bytes) {
        return frames.of(clusters(offset, bytes)).thenApply(each -> {
            each.forEach(pass::put);
            return copied(file.take());
        });
    }

    private List<ByteBuffer> clusters(long offset, ByteBuffer bytes) {
        List<ByteBuffer> clusters = new ArrayList<>();
        for (ByteBuffer run : pass.clusters.runs(offset, bytes)) {
            for (int from = 0; from < run.limit(); from += HostPlaces.CLUSTER_BYTES) {
                clusters.add(whole(run.slice(from, Math.min(HostPlaces.CLUSTER_BYTES, run.limit() - from))));
            }
        }
        return clusters;
    }

    private static ByteBuffer whole(ByteBuffer cluster) {
        return cluster.limit() == HostPlaces.CLUSTER_BYTES
                ? cluster
                : ByteBuffer.allocateDirect(HostPlaces.CLUSTER_BYTES).put(0, cluster, 0, cluster.limit());
    }

    /** Frames are valid only until the next ones are made. */
    private static List<ByteBuffer> copied(List<ByteBuffer> bytes) {
        if (bytes.isEmpty()) {
            return bytes;
        }
        ByteBuffer all = ByteBuffer.allocate(
                bytes.stream().mapToInt(ByteBuffer::remaining).sum());
        bytes.forEach(one -> all.put(one.duplicate()));
        return List.of(all.flip());
    }

    @Override
    public List<ByteBuffer> passed() {
        pass.clusters.requireAll();
        pass = pass.end();
        return file.take();
    }

    @Override
    public void close() {
        frames.close();
    }

    /** What both passes do: the place of each frame follows from the sizes of those before it. */
    private abstract class Pass {
        final DiskClusters clusters = new DiskClusters(layout.stored());
        final HostPlaces places = layout.dataPlaces();
        private final CRC32C sizes = new CRC32C();

        /** The next frame, or the cluster itself where the frame would not be smaller. */
        final void put(ByteBuffer frame) {
            int bytes = frame.remaining();
            sizes.update(bytes);
            sizes.update(bytes >> Byte.SIZE);
            boolean isWhole = bytes == HostPlaces.CLUSTER_BYTES;
            long place = isWhole ? places.cluster() : places.packed(bytes);
            placed(frame, place, isWhole ? Qcow2Tables.wholeEntry(place) : Qcow2Tables.compressedEntry(place, bytes));
        }

        final long sizes() {
            return sizes.getValue();
        }

        abstract void placed(ByteBuffer frame, long place, long entry);

        abstract Pass end();
    }

    /** Makes the L2 tables, one after another. */
    private final class Measuring extends Pass {
        private ByteBuffer l2 = Qcow2Tables.cluster();
        private long region = layout.nextRegion(0);
        private long cluster = -1;

        @Override
        void placed(ByteBuffer frame, long place, long entry) {
            cluster = layout.stored().nextAllocated(cluster + 1);
            if (cluster / Qcow2Layout.ENTRIES != region) {
                file.append(l2);
                l2 = Qcow2Tables.cluster();
                region = cluster / Qcow2Layout.ENTRIES;
            }
            l2.putLong((int) (cluster % Qcow2Layout.ENTRIES) * Long.BYTES, entry);
        }

        @Override
        Pass end() {
            if (region >= 0) {
                file.append(l2);
            }
            file.padTo(layout.refcountTableOffset());
            made.refcountTable(places).forEach(file::append);
            return new Packing(sizes());
        }
    }

    /** Puts the frames where the L2 tables say. */
    private final class Packing extends Pass {
        private final long measured;

        Packing(long measured) {
            this.measured = measured;
        }

        @Override
        void placed(ByteBuffer frame, long place, long entry) {
            file.padTo(place);
            file.append(frame);
        }

        @Override
        Pass end() {
            if (sizes() != measured) {
                throw new IllegalStateException(
                        "the clusters of the disk were not compressed to the same sizes a second time");
            }
            file.end();
            return this;
        }
    }
}
