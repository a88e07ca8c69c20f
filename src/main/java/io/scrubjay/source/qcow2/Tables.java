// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.source.qcow2;

import io.scrubjay.source.DiskOffset;
import io.scrubjay.source.DiskSink;
import io.scrubjay.source.LentBuffer;
import io.scrubjay.source.LentBytes;
import io.scrubjay.source.MemoryBudget;
import io.scrubjay.source.StreamOffset;

import java.nio.ByteBuffer;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Reads the tables. A run that a table names waits if its bytes are still to come, and is emitted at once if they have
 * passed. A table for whose runs there is no room is put off to the end of the file. Confined to the reader's thread.
 */
final class Tables {
    private static final int PART_BYTES_MAX = 1 << 16;

    private final Qcow2Header header;
    private final Limits limits;
    private final WaitingRuns waiting;
    private final Claims claims;
    private final Shelf shelf;
    private final PassedRuns passed;
    private final WaitingRuns putOff;
    private final byte[] part;
    private final byte[] l2;
    private int filled;
    /** How many of the tables that name clusters are known but were not read yet. */
    private long unread;

    private Optional<StreamOffset> l1PutOff = Optional.empty();

    /** Makes the tables that the header names wait. */
    Tables(
            Qcow2Header header,
            Limits limits,
            MemoryBudget.Share memory,
            WaitingRuns waiting,
            Claims claims,
            Shelf shelf,
            PassedRuns passed) {
        this.header = header;
        this.limits = limits;
        this.waiting = waiting;
        this.claims = claims;
        this.shelf = shelf;
        this.passed = passed;
        putOff = new WaitingRuns(limits.tablesMax(), memory);
        memory.take(header.geometry().clusterBytes() + (long) PART_BYTES_MAX);
        l2 = new byte[header.geometry().clusterBytes()];
        part = new byte[Math.min(l2.length, PART_BYTES_MAX)];
        header.l1Table().ifPresent(this::await);
        header.refcountTable().ifPresent(waiting::add);
    }

    private void await(Run table) {
        waiting.add(table);
        unread++;
    }

    /** Whether there may be clusters of the disk that are not known yet. */
    boolean areAwaited() {
        return unread > 0;
    }

    /**
     * Takes the next bytes of a table.
     *
     * @param at the position of the bytes in the file
     * @param bytes the file's bytes from there on
     * @return how many of them were taken; at least one
     */
    int take(Run table, StreamOffset at, LentBytes bytes, DiskSink disk) {
        byte[] into = table.kind() == Run.Kind.L2_TABLE ? l2 : part;
        long missing = Math.min(into.length - filled, table.end().bytes() - at.bytes());
        int count = (int) Math.min(bytes.length(), missing);
        bytes.slice(0, count).view().get(into, filled, count);
        filled += count;
        if (count == missing) {
            int length = filled;
            filled = 0;
            arrived(table, at.plus(count), length, disk);
        }
        return count;
    }

    private void arrived(Run table, StreamOffset end, int length, DiskSink disk) {
        StreamOffset start = new StreamOffset(end.bytes() - length);
        switch (table.kind()) {
            case L1_TABLE -> l1Part(table, start, end, disk);
            case L2_TABLE -> arrivedL2Table(table, end, disk);
            case REFCOUNT_TABLE -> refcountBlocks(end, length);
            case DATA, PACKED, UNUSED, REFCOUNT_BLOCK -> throw new IllegalArgumentException(table.words());
        }
        if (unread == 0) {
            shelf.stopSpooling();
        }
    }

    /** Blocks of reference counts are not read; those that are still to come need not be kept. */
    private void refcountBlocks(StreamOffset end, int length) {
        Geometry geometry = header.geometry();
        for (int at = 0; at < length; at += Long.BYTES) {
            long start = ByteBuffer.wrap(part).getLong(at);
            boolean isToCome = start >= end.bytes() && start < 1L << 56 && geometry.isAligned(start);
            if (isToCome && waiting.size() < limits.tablesMax() / 2) {
                waiting.add(new Run(Run.Kind.REFCOUNT_BLOCK, new StreamOffset(start), l2.length, new DiskOffset(0)));
            }
        }
    }

    private void l1Part(Run table, StreamOffset start, StreamOffset end, DiskSink disk) {
        int length = (int) (end.bytes() - start.bytes());
        L1Entries entries = new L1Entries(header, table, start, part, length);
        AtomicInteger count = new AtomicInteger();
        entries.forEach(l2Table -> count.incrementAndGet());
        if (l1PutOff.isPresent() || waiting.size() + putOff.size() + count.get() > limits.tablesMax()) {
            l1PutOff = l1PutOff.or(() -> Optional.of(start));
            shelf.put(start, new LentBuffer(part, 0, length));
            return;
        }
        entries.forEach(l2Table -> {
            if (l2Table.beginsBefore(end)) {
                passedL2Table(l2Table, end, disk);
            } else {
                await(l2Table);
            }
        });
        if (end.equals(table.end())) {
            unread--;
        }
    }

    private void arrivedL2Table(Run table, StreamOffset end, DiskSink disk) {
        if (isRoomForRuns(table, end)) {
            unread--;
            runs(table, end, disk);
        } else {
            shelf.put(table.start(), new LentBuffer(l2, 0, l2.length));
            putOff.add(table);
        }
    }

    private void passedL2Table(Run table, StreamOffset end, DiskSink disk) {
        // ORDER: what has not arrived completely lies where the table that names it is, and is not behind the file's
        // end.
        claims.claim(table);
        passed.requireArrived(table, end);
        shelf.read(table.start(), l2, l2.length);
        if (isRoomForRuns(table, end)) {
            runs(table, end, disk);
        } else {
            putOff.add(table);
            unread++;
        }
    }

    private boolean isRoomForRuns(Run table, StreamOffset end) {
        AtomicInteger count = new AtomicInteger();
        entries(table).forEach(run -> count.addAndGet(run.beginsBefore(end) ? 0 : 1));
        return waiting.size() + count.get() <= limits.runsMax();
    }

    private void runs(Run table, StreamOffset end, DiskSink disk) {
        entries(table).forEach(run -> {
            if (run.beginsBefore(end)) {
                passed(run, end, disk);
            } else {
                waiting.add(run);
            }
        });
    }

    private L2Entries entries(Run table) {
        return new L2Entries(header.geometry(), header.diskBytes(), table, l2);
    }

    private void passed(Run run, StreamOffset end, DiskSink disk) {
        // ORDER: as for a table.
        claims.claim(run);
        passed.requireArrived(run, end);
        passed.emit(run, end, disk);
    }

    /** Reads the tables that were put off, at the end of the file. */
    void finish(StreamOffset end, DiskSink disk) {
        while (!putOff.isEmpty()) {
            Run table = putOff.removeFirst();
            shelf.read(table.start(), l2, l2.length);
            lastRuns(table, end, disk);
        }
        l1PutOff.ifPresent(from -> restOfL1(header.l1Table().orElseThrow(), from, end, disk));
    }

    private void restOfL1(Run table, StreamOffset from, StreamOffset end, DiskSink disk) {
        StreamOffset at = from;
        while (!table.endsBy(at)) {
            int length = (int) Math.min(part.length, table.end().bytes() - at.bytes());
            shelf.read(at, part, length);
            new L1Entries(header, table, at, part, length).forEach(l2Table -> {
                passed.requireArrived(l2Table, end);
                claims.claim(l2Table);
                shelf.read(l2Table.start(), l2, l2.length);
                lastRuns(l2Table, end, disk);
            });
            at = at.plus(length);
        }
    }

    private void lastRuns(Run table, StreamOffset end, DiskSink disk) {
        entries(table).forEach(run -> {
            passed.requireArrived(run, end);
            if (run.beginsBefore(end)) {
                passed(run, end, disk);
            }
        });
    }
}
