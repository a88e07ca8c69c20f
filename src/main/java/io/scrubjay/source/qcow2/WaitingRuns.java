// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.source.qcow2;

import io.scrubjay.source.DiskOffset;
import io.scrubjay.source.MemoryBudget;
import io.scrubjay.source.StreamOffset;

import java.util.Arrays;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.Optional;

/**
 * Runs in the order of the file: a binary heap in three arrays, so that a run takes 24 bytes. Confined to the reader's
 * thread.
 */
final class WaitingRuns {
    /** A position on the disk is a multiple of 512, so its low bits have room for the kind. */
    private static final int KIND_MASK = 511;

    private static final List<Run.Kind> KINDS = List.of(Run.Kind.values());

    /** Three numbers. */
    private static final int BYTES_EACH = 3 * Long.BYTES;

    private final int runsMax;
    private final MemoryBudget.Share memory;
    private long[] starts = new long[16];
    private long[] lengths = new long[16];
    private long[] disksAndKinds = new long[16];
    private int size;

    /** @param memory from which each growth is taken */
    WaitingRuns(int runsMax, MemoryBudget.Share memory) {
        this.runsMax = runsMax;
        this.memory = memory;
    }

    int size() {
        return size;
    }

    boolean isEmpty() {
        return size == 0;
    }

    /** Adds a run; the caller knows that there is room. */
    void add(Run run) {
        if (size == runsMax) {
            throw new IllegalStateException("more than " + runsMax + " runs");
        }
        if (size == starts.length) {
            int grown = Math.min(2 * size, runsMax);
            memory.take((long) (grown - size) * BYTES_EACH);
            starts = Arrays.copyOf(starts, grown);
            lengths = Arrays.copyOf(lengths, grown);
            disksAndKinds = Arrays.copyOf(disksAndKinds, grown);
        }
        starts[size] = run.start().bytes();
        lengths[size] = run.length();
        disksAndKinds[size] = run.disk().bytes() | KINDS.indexOf(run.kind());
        rise(size++);
    }

    /** The run that begins first, if there is one. */
    Optional<Run> first() {
        return size == 0 ? Optional.empty() : Optional.of(run());
    }

    /** Removes the run that begins first. */
    Run removeFirst() {
        if (size == 0) {
            throw new NoSuchElementException();
        }
        Run first = run();
        swap(0, --size);
        sink();
        return first;
    }

    private Run run() {
        long disk = disksAndKinds[0] & ~KIND_MASK;
        Run.Kind kind = KINDS.get((int) (disksAndKinds[0] & KIND_MASK));
        return new Run(kind, new StreamOffset(starts[0]), lengths[0], new DiskOffset(disk));
    }

    private void rise(int added) {
        int at = added;
        while (at > 0 && starts[at] < starts[(at - 1) / 2]) {
            swap(at, (at - 1) / 2);
            at = (at - 1) / 2;
        }
    }

    private void sink() {
        int at = 0;
        int child = 1;
        while (child < size) {
            if (child + 1 < size && starts[child + 1] < starts[child]) {
                child++;
            }
            if (starts[at] <= starts[child]) {
                return;
            }
            swap(at, child);
            at = child;
            child = 2 * at + 1;
        }
    }

    private void swap(int one, int other) {
        swap(starts, one, other);
        swap(lengths, one, other);
        swap(disksAndKinds, one, other);
    }

    private static void swap(long[] values, int one, int other) {
        long value = values[one];
        values[one] = values[other];
        values[other] = value;
    }
}
