// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.source.qcow2;

import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Iterator;
import java.util.stream.Stream;

/**
 * Appends tables to a file, a few clusters at a time, which are made only then: the tables of a large disk need not fit
 * into memory. Confined to one thread at a time.
 */
final class TableQueue {
    /** A mebibyte. */
    private static final int CLUSTERS_AT_ONCE = 16;

    private final HostFile file;
    private final Deque<Table> tables = new ArrayDeque<>();

    TableQueue(HostFile file) {
        this.file = file;
    }

    private record Table(long offset, Iterator<ByteBuffer> clusters) {}

    /**
     * Adds a table behind all others.
     *
     * @param offset where in the file it begins, if it has any cluster
     */
    TableQueue add(long offset, Stream<ByteBuffer> clusters) {
        tables.add(new Table(offset, clusters.iterator()));
        return this;
    }

    /** Appends the next clusters; none when all were appended. */
    void append() {
        int appended = 0;
        while (appended < CLUSTERS_AT_ONCE && !tables.isEmpty()) {
            Table table = tables.element();
            if (!table.clusters.hasNext()) {
                tables.remove();
                continue;
            }
            // Once it is begun, the file is already behind its offset.
            file.padTo(Math.max(table.offset, file.length()));
            file.append(table.clusters.next());
            appended++;
        }
    }
}
