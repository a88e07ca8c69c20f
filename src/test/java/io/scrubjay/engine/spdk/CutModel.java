// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.engine.spdk;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.function.Consumer;

/**
 * What was done to each block of a volume, and when, so that it can be told whether a snapshot is a cut through it: all
 * that was acknowledged before, perhaps what was under way, nothing that came later; and if it has one change, also all
 * those that were acknowledged before that one began. A sum of {@link LoadEvent}s: those of a process that is no more can
 * be told again.
 *
 * <p>Thread-safe: guarded by itself.
 */
final class CutModel {
    static final int BLOCK_BYTES = SpdkVolume.IO_ALIGNMENT_BYTES;
    /** How often a free place is looked for before one has to become free. */
    private static final int TRIES = 64;

    private final Consumer<LoadEvent> journal;
    private final List<BlockHistory> blocks = new ArrayList<>();
    private final Map<Long, Change> underWay = new HashMap<>();
    private final BitSet busy = new BitSet();
    private final Map<Long, Cut> cuts = new TreeMap<>();
    private int blockCount;
    private long clock;

    private CutModel(int blockCount, Consumer<LoadEvent> journal) {
        this.journal = journal;
        this.blockCount = blockCount;
        extend(blockCount);
    }

    /** A model of so many zeroes. */
    CutModel(int blockCount) {
        this(blockCount, event -> {});
    }

    /** A model that goes on with what a journal tells, and writes there what follows. */
    static CutModel journaled(int blockCount, Path journal) {
        CutModel model = new CutModel(blockCount, LoadJournal.on(journal));
        LoadJournal.read(journal).forEach(model::apply);
        return model;
    }

    private void extend(int count) {
        while (blocks.size() < count) {
            blocks.add(new BlockHistory());
        }
    }

    /** Whether nothing ever happened. */
    synchronized boolean isFresh() {
        return clock == 0;
    }

    /** The present moment: whatever is acknowledged by now was so before, whatever begins from now on was not. */
    synchronized long now() {
        return clock + 1;
    }

    /** The moment of an event. */
    private long happen(LoadEvent event) {
        journal.accept(event);
        apply(event);
        return clock;
    }

    private synchronized void apply(LoadEvent event) {
        clock++;
        long subject = event.subject();
        switch (event.kind()) {
            case STARTED -> {
                underWay.clear();
                busy.clear();
            }
            case WRITE -> begin(Change.write(clock, event.first(), event.count()));
            case UNMAP -> begin(Change.unmap(clock, event.first(), event.count()));
            case ACKNOWLEDGED -> acknowledge(underWay.remove(subject));
            case SNAPSHOT -> cuts.put(clock, Cut.asked(clock, blockCount));
            case SNAPSHOT_MADE -> cuts.computeIfPresent(subject, (asked, cut) -> cut.there(clock));
            case DELETION -> cuts.computeIfPresent(subject, (asked, cut) -> cut.doomed());
            case DELETED -> cuts.remove(subject);
            case GROWTH -> extend(event.count());
            case GROWN -> blockCount = blocks.size();
        }
    }

    private void begin(Change change) {
        underWay.put(change.begun(), change);
        busy.set(change.first(), change.end());
        blocks.subList(change.first(), change.end()).forEach(history -> history.add(change));
    }

    private void acknowledge(Change change) {
        change.acknowledge(clock);
        busy.clear(change.first(), change.end());
        notifyAll();
    }

    /** Begins to go on with what another process left. */
    synchronized void started() {
        happen(LoadEvent.begin(LoadEvent.Kind.STARTED, 0, 0));
    }

    /** Begins a write somewhere where nothing is under way. */
    synchronized Change beginWrite(Random random, int blocksMax) {
        int count = 1 + random.nextInt(1 << random.nextInt(1 + log2(blocksMax)));
        return begun(LoadEvent.begin(LoadEvent.Kind.WRITE, free(random, count, 1), count));
    }

    /** Begins to unmap some units of so many blocks. */
    synchronized Change beginUnmap(Random random, int unitBlocks) {
        int count = unitBlocks * (1 + random.nextInt(2));
        return begun(LoadEvent.begin(LoadEvent.Kind.UNMAP, free(random, count, unitBlocks), count));
    }

    private Change begun(LoadEvent event) {
        return underWay.get(happen(event));
    }

    synchronized void acknowledged(Change change) {
        happen(LoadEvent.end(LoadEvent.Kind.ACKNOWLEDGED, change.begun()));
    }

    private static int log2(int value) {
        return 31 - Integer.numberOfLeadingZeros(value);
    }

    private int free(Random random, int count, int alignment) {
        for (int tries = 1; ; tries++) {
            int first = random.nextInt((blockCount - count) / alignment + 1) * alignment;
            int next = busy.nextSetBit(first);
            if (next < 0 || next >= first + count) {
                return first;
            }
            if (tries % TRIES == 0) {
                awaitAcknowledgement();
            }
        }
    }

    private synchronized void awaitAcknowledgement() {
        int busyBefore = busy.cardinality();
        while (busy.cardinality() == busyBefore) {
            try {
                wait();
            } catch (InterruptedException stop) {
                throw new IllegalStateException(stop);
            }
        }
    }

    /** Begins a snapshot, which has the name it gets from here. */
    synchronized Cut beginSnapshot() {
        return cuts.get(happen(LoadEvent.begin(LoadEvent.Kind.SNAPSHOT, 0, 0)));
    }

    synchronized void snapshotMade(Cut cut) {
        happen(LoadEvent.end(LoadEvent.Kind.SNAPSHOT_MADE, cut.asked()));
    }

    synchronized void beginDeletion(Cut cut) {
        happen(LoadEvent.end(LoadEvent.Kind.DELETION, cut.asked()));
    }

    synchronized void deleted(Cut cut) {
        happen(LoadEvent.end(LoadEvent.Kind.DELETED, cut.asked()));
    }

    /** The snapshots there are, and those of which that is not known; the oldest first. */
    synchronized List<Cut> cuts() {
        return List.copyOf(cuts.values());
    }

    /** The cut of a snapshot that is there. */
    synchronized Cut cut(long asked) {
        return cuts.get(asked);
    }

    /** The volume begins to grow; what is new is zeroes. */
    synchronized void beginGrowth(int count) {
        happen(LoadEvent.begin(LoadEvent.Kind.GROWTH, 0, count));
    }

    synchronized void grown() {
        happen(LoadEvent.begin(LoadEvent.Kind.GROWN, 0, 0));
    }

    /** How many blocks there are at least. */
    synchronized int blockCount() {
        return blockCount;
    }

    /** How many blocks there are if the last growth has come to its end. */
    synchronized int blockCountMax() {
        return blocks.size();
    }

    /** Fails unless these bytes are a cut, and as many as there were. */
    void requireCut(String what, byte[] bytes, Cut cut) {
        if (bytes.length / BLOCK_BYTES < cut.blockCount()) {
            throw new AssertionError(what + " has " + bytes.length + " bytes, not " + cut.blockCount() + " blocks");
        }
        requireCut(what, bytes, cut.asked(), cut.made());
    }

    /**
     * Fails unless these bytes are a cut.
     *
     * @param before when the cut was asked for
     * @param after when it had been made
     */
    synchronized void requireCut(String what, byte[] bytes, long before, long after) {
        long[] stamps = stamps(what, bytes);
        long latest = before;
        for (int block = 0; block < stamps.length; block++) {
            latest = Math.max(latest, blocks.get(block).begunOf(stamps[block]));
        }
        for (int block = 0; block < stamps.length; block++) {
            if (!blocks.get(block).allows(stamps[block], latest, after)) {
                throw new AssertionError(what + ": block " + block + " holds " + stamps[block] + " at a cut between "
                        + before + " and " + after + " that has what began at " + latest + "; its history is "
                        + blocks.get(block));
            }
        }
    }

    /** The number in each block, which has to be all over it. */
    private static long[] stamps(String what, byte[] bytes) {
        ByteBuffer buffer = ByteBuffer.wrap(bytes).order(ByteOrder.nativeOrder());
        long[] stamps = new long[bytes.length / BLOCK_BYTES];
        for (int block = 0; block < stamps.length; block++) {
            int at = block * BLOCK_BYTES;
            stamps[block] = buffer.getLong(at);
            int end = at + BLOCK_BYTES;
            int torn = Arrays.mismatch(bytes, at, end - Long.BYTES, bytes, at + Long.BYTES, end);
            if (torn >= 0) {
                throw new AssertionError(what + ": block " + block + " is torn: " + stamps[block] + " and "
                        + buffer.getLong(at + Long.BYTES + torn / Long.BYTES * Long.BYTES));
            }
        }
        return stamps;
    }
}
