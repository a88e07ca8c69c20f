// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.source.qcow2;

import io.scrubjay.source.DiskSink;
import io.scrubjay.source.LentBytes;
import io.scrubjay.source.MemoryBudget;
import io.scrubjay.source.Spool;
import io.scrubjay.source.StreamOffset;

import java.util.Optional;

/**
 * Goes once through a file behind its header, and places the disk's bytes on the disk. Bytes of which it is not known
 * yet whether they belong to the disk go to the shelf. Confined to the reader's thread.
 */
final class Placement implements AutoCloseable {
    private final Geometry geometry;
    private final WaitingRuns waiting;
    private final Claims claims;
    private final Shelf shelf;
    private final PassedRuns passed;
    private final Tables tables;
    private StreamOffset at;
    /** The run that these bytes belong to. */
    private Optional<Run> current = Optional.empty();

    /**
     * @param memory for everything but a few KiB
     * @param start the position of the first byte that will be taken; it is in the first cluster
     */
    Placement(Qcow2Header header, Limits limits, MemoryBudget.Share memory, Spool spool, StreamOffset start) {
        geometry = header.geometry();
        waiting = new WaitingRuns(limits.runsMax() + limits.tablesMax(), memory);
        claims = new Claims(geometry, limits, memory);
        shelf = new Shelf(geometry, limits, spool, memory);
        passed = new PassedRuns(header, shelf, memory);
        tables = new Tables(header, limits, memory, waiting, claims, shelf, passed);
        at = start;
    }

    /** Takes the next bytes of the file. */
    void take(LentBytes bytes, DiskSink disk) {
        int taken = 0;
        while (taken < bytes.length()) {
            LentBytes rest = bytes.slice(taken, bytes.length() - taken);
            if (current.isEmpty()) {
                begin();
            }
            taken += current.isPresent() ? takeRun(current.get(), rest, disk) : takeUnknown(rest);
        }
    }

    /** Begins the next run if this is its place. */
    private void begin() {
        Optional<Run> here = waiting.first().filter(run -> run.start().bytes() <= at.bytes());
        if (here.isPresent()) {
            Run run = removeFirst();
            claims.claim(run);
            current = here;
        }
    }

    /** Only compressed clusters may begin where another run has not ended. */
    private Run removeFirst() {
        Run run = waiting.removeFirst();
        if (run.beginsBefore(at) && run.kind() != Run.Kind.PACKED) {
            throw Claims.usedTwice(run, run.start().bytes());
        }
        return run;
    }

    private int takeRun(Run run, LentBytes bytes, DiskSink disk) {
        // Nothing is missing from a compressed cluster that ends in the sectors of the one before.
        long missing = Math.max(0, run.end().bytes() - at.bytes());
        LentBytes own = bytes.slice(0, (int) Math.min(bytes.length(), missing));
        int taken = own.length();
        switch (run.kind()) {
            case DATA -> disk.data(run.disk().plus(at.bytes() - run.start().bytes()), own);
            case PACKED -> shelf.put(at, own);
            case L1_TABLE, L2_TABLE, REFCOUNT_TABLE -> taken = tables.take(run, at, own, disk);
            case UNUSED, REFCOUNT_BLOCK -> {
                // Nobody needs these bytes.
            }
        }
        at = at.plus(taken);
        if (run.endsBy(at)) {
            current = Optional.empty();
            if (run.kind() == Run.Kind.PACKED) {
                passed.emit(run, at, disk);
            }
        }
        return taken;
    }

    private int takeUnknown(LentBytes bytes) {
        Optional<Run> next = waiting.first();
        int taken = next.map(run -> (int) Math.min(bytes.length(), run.start().bytes() - at.bytes()))
                .orElse(bytes.length());
        if (tables.areAwaited()) {
            shelve(bytes.slice(0, taken), next);
        }
        at = at.plus(taken);
        return taken;
    }

    private void shelve(LentBytes bytes, Optional<Run> next) {
        int done = 0;
        while (done < bytes.length()) {
            StreamOffset position = at.plus(done);
            long cluster = geometry.cluster(position.bytes());
            long inCluster = ((cluster + 1) << geometry.clusterBits()) - position.bytes();
            int count = (int) Math.min(bytes.length() - done, inCluster);
            if (!claims.isWhollyUsed(cluster) && !isWhollyUsed(cluster, next)) {
                shelf.put(position, bytes.slice(done, count));
            }
            done += count;
        }
    }

    /** Whether the next run will use all of this cluster; it may begin with a part that is not allocated. */
    private boolean isWhollyUsed(long cluster, Optional<Run> next) {
        return next.filter(run -> run.kind() != Run.Kind.PACKED)
                .filter(run -> geometry.cluster(run.start().bytes()) == cluster)
                .isPresent();
    }

    /** Emits the rest, at the end of the file. */
    void end(DiskSink disk) {
        while (current.isPresent() || !waiting.isEmpty()) {
            boolean isBegun = current.isPresent();
            Run run = isBegun ? current.get() : removeFirst();
            current = Optional.empty();
            passed.requireArrived(run, at);
            if (run.kind() == Run.Kind.DATA || run.kind() == Run.Kind.PACKED) {
                if (!isBegun) {
                    claims.claim(run);
                }
                if (run.kind() == Run.Kind.PACKED) {
                    passed.emit(run, at, disk);
                }
            }
        }
        tables.finish(at, disk);
    }

    @Override
    public void close() {
        passed.close();
    }
}
