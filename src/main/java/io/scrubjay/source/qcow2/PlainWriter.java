// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.source.qcow2;

import java.nio.ByteBuffer;
import java.util.List;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.stream.Stream;

/** A file without compression: its tables follow from the layout, and its data are slices of the disk. */
final class PlainWriter implements Qcow2File {
    private final Qcow2Layout layout;
    private final HostFile file = new HostFile();
    private final TableQueue tables;
    private final DiskClusters clusters;

    PlainWriter(Qcow2Layout layout) {
        this.layout = layout;
        this.clusters = new DiskClusters(layout.stored());
        HostPlaces end = layout.dataPlaces();
        end.skipClusters(layout.stored().count());
        Qcow2Tables made = new Qcow2Tables(layout);
        this.tables = new TableQueue(file)
                .add(0, Stream.of(made.header()))
                .add(layout.l1TableOffset(), made.l1())
                .add(layout.l2Places().cluster(), made.l2())
                .add(layout.refcountTableOffset(), made.refcountTable(end));
    }

    @Override
    public OptionalLong lengthBytes() {
        return OptionalLong.of(layout.plainBytes());
    }

    @Override
    public int passes() {
        return 1;
    }

    @Override
    public List<ByteBuffer> tables() {
        tables.append();
        return file.take();
    }

    /** When all of it is data, there is nothing to be scanned for zeroes. */
    @Override
    public boolean isQuick(long offset, int bytes) {
        return layout.stored()
                .containsAll(
                        Qcow2Layout.CLUSTER_SIZE.clusterOf(offset),
                        Qcow2Layout.CLUSTER_SIZE.clustersIn(offset + bytes));
    }

    @Override
    public CompletionStage<List<ByteBuffer>> disk(long offset, ByteBuffer bytes) {
        for (ByteBuffer run : clusters.runs(offset, bytes)) {
            file.append(run);
            file.align();
        }
        return CompletableFuture.completedFuture(file.take());
    }

    @Override
    public List<ByteBuffer> passed() {
        clusters.requireAll();
        file.end();
        if (file.length() != layout.plainBytes()) {
            throw new IllegalStateException(
                    "the qcow2 file has " + file.length() + " bytes instead of " + layout.plainBytes());
        }
        return file.take();
    }

    @Override
    public void close() {
        // Holds nothing outside the heap.
    }
}
