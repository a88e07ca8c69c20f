package io.scrubjay.engine.spdk;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Random;

/**
 * What was done to each block of a volume, and when, so that it can be told whether a snapshot is a cut through it: all
 * that was acknowledged before, perhaps what was under way, nothing that came later; and if it has one change, also all
 * those that were acknowledged before that one began.
 *
 * <p>Each write has a number, which fills its blocks; 0 stands for zeroes. Thread-safe: guarded by itself.
 */
final class CutModel {
    static final int BLOCK_BYTES = SpdkVolume.IO_ALIGNMENT_BYTES;
    private static final long NEVER = Long.MAX_VALUE;
    /** How often a free place is looked for before one has to become free. */
    private static final int TRIES = 64;

    /** A change under way or done. */
    static final class Change {
        private final long stamp;
        private final int first;
        private final int count;
        private final long begun;
        private long acknowledged = NEVER;

        private Change(long stamp, int first, int count, long begun) {
            this.stamp = stamp;
            this.first = first;
            this.count = count;
            this.begun = begun;
        }

        long offset() {
            return (long) first * BLOCK_BYTES;
        }

        int lengthBytes() {
            return count * BLOCK_BYTES;
        }

        /** Its bytes. */
        ByteBuffer fill(ByteBuffer target) {
            target.clear().order(ByteOrder.nativeOrder());
            while (target.position() < lengthBytes()) {
                target.putLong(stamp);
            }
            return target.flip();
        }
    }

    private final List<List<Change>> blocks = new ArrayList<>();
    private final BitSet busy = new BitSet();
    private long clock;

    CutModel(int blockCount) {
        grow(blockCount);
    }

    /** More blocks, all zeroes. */
    synchronized void grow(int blockCount) {
        while (blocks.size() < blockCount) {
            blocks.add(new ArrayList<>());
        }
    }

    synchronized int blockCount() {
        return blocks.size();
    }

    /** The present moment: whatever is acknowledged by now was so before, whatever begins from now on was not. */
    synchronized long now() {
        return ++clock;
    }

    /** Begins a write somewhere where nothing is under way. */
    synchronized Change beginWrite(Random random, int blocksMax) {
        int count = 1 + random.nextInt(1 << random.nextInt(1 + log2(blocksMax)));
        return begin(++clock, free(random, count, 1), count);
    }

    /** Begins to unmap some units of so many blocks. */
    synchronized Change beginUnmap(Random random, int unitBlocks) {
        int count = unitBlocks * (1 + random.nextInt(2));
        return begin(0, free(random, count, unitBlocks), count);
    }

    private static int log2(int value) {
        return 31 - Integer.numberOfLeadingZeros(value);
    }

    private int free(Random random, int count, int alignment) {
        for (int tries = 1; ; tries++) {
            int first = random.nextInt((blocks.size() - count) / alignment + 1) * alignment;
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

    private Change begin(long stamp, int first, int count) {
        Change change = new Change(stamp, first, count, ++clock);
        busy.set(first, first + count);
        for (int block = first; block < first + count; block++) {
            blocks.get(block).add(change);
        }
        return change;
    }

    synchronized void acknowledged(Change change) {
        change.acknowledged = ++clock;
        busy.clear(change.first, change.first + change.count);
        notifyAll();
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
            for (Change change : blocks.get(block)) {
                if (change.stamp != 0 && change.stamp == stamps[block]) {
                    latest = Math.max(latest, change.begun);
                }
            }
        }
        for (int block = 0; block < stamps.length; block++) {
            if (!isPossible(blocks.get(block), stamps[block], latest, after)) {
                throw new AssertionError(what + ": block " + block + " holds " + stamps[block] + " at a cut between "
                        + before + " and " + after + " that has what began at " + latest + "; its history is "
                        + history(block));
            }
        }
    }

    /** Whether the value is that of the last change acknowledged at a moment, or of one after it. */
    private static boolean isPossible(List<Change> changes, long stamp, long moment, long after) {
        boolean possible = stamp == 0;
        for (Change change : changes) {
            if (change.acknowledged < moment) {
                possible = change.stamp == stamp;
            } else if (change.begun < after) {
                possible |= change.stamp == stamp;
            }
        }
        return possible;
    }

    private String history(int block) {
        StringBuilder text = new StringBuilder();
        for (Change change : blocks.get(block)) {
            text.append(' ')
                    .append(change.stamp)
                    .append('@')
                    .append(change.begun)
                    .append("..")
                    .append(change.acknowledged);
        }
        return text.toString();
    }

    /** The number in each block, which has to be all over it. */
    private static long[] stamps(String what, byte[] bytes) {
        ByteBuffer buffer = ByteBuffer.wrap(bytes).order(ByteOrder.nativeOrder());
        long[] stamps = new long[bytes.length / BLOCK_BYTES];
        for (int block = 0; block < stamps.length; block++) {
            stamps[block] = buffer.getLong(block * BLOCK_BYTES);
            for (int at = 0; at < BLOCK_BYTES; at += Long.BYTES) {
                long found = buffer.getLong(block * BLOCK_BYTES + at);
                if (found != stamps[block]) {
                    throw new AssertionError(
                            what + ": block " + block + " is torn: " + stamps[block] + " and " + found);
                }
            }
        }
        return stamps;
    }
}
