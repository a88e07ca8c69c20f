// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.engine;

import io.scrubjay.block.ByteRange;
import io.scrubjay.engine.EngineTraits.CloneCost;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.BitSet;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;

/**
 * Newly allocated clusters hold garbage, as SPDK's do. When the first write to a cluster covers it only in part, the
 * rest of it is {@value #GARBAGE} on the medium: in the snapshot, after a crash, for every other handle. Only the handle
 * that wrote goes on reading zeroes there, until it is closed, as the page cache of a kernel device does: that is what
 * hid the fault from importers which compared what they had written through the very handle they wrote with.
 *
 * <p>What was allocated before, was written whole at first, or has a parent's cluster to be copied from is left alone;
 * a cluster given back is stale once more when it is allocated again. A write of zeroes to part of a new cluster
 * allocates it, too.
 *
 * <p>Thread-safe: operations that may allocate begin one after the other on a thread of its own.
 */
public final class StaleEngine extends ForwardingEngine {
    /** What is in a cluster nobody has written to. */
    public static final byte GARBAGE = (byte) 0xDD;

    private final OneThread thread = new OneThread("stale-engine");

    public StaleEngine(StorageEngine delegate) {
        super(delegate);
    }

    @Override
    public Volume open(VolumeName name, Access access) {
        Volume opened = super.open(name, access);
        return access == Access.WRITE ? new StaleVolume(opened) : opened;
    }

    @Override
    public void close() {
        super.close();
        thread.shutdown();
    }

    private boolean holds(VolumeName name, long cluster) {
        Optional<VolumeName> at = Optional.of(name);
        while (at.isPresent()) {
            if (delegate().allocated(at.get()).contains(cluster)) {
                return true;
            }
            // An engine that copies keeps the parent's name only for the record.
            at = traits().cloneCost() == CloneCost.SHARED
                    ? delegate().find(at.get()).flatMap(VolumeSummary::parent)
                    : Optional.empty();
        }
        return false;
    }

    private final class StaleVolume extends ForwardingVolume {
        private final int clusterBytes = traits().clusterSize().bytes();
        private final int blockBytes = traits().ioAlignmentBytes();
        /** The blocks of new clusters that this handle has not written, and reads as zeroes. Guarded by itself. */
        private final Map<Long, BitSet> unwritten = new TreeMap<>();

        private volatile boolean closed;

        StaleVolume(Volume delegate) {
            super(delegate);
        }

        @Override
        public CompletionStage<Void> read(long offsetBytes, ByteBuffer target) {
            ByteBuffer view = target.duplicate();
            return Completion.after(super.read(offsetBytes, target), failure -> {
                hideGarbage(offsetBytes, view);
                return failure;
            });
        }

        @Override
        public CompletionStage<Void> write(long offsetBytes, ByteBuffer source) {
            ByteRange range = checked(offsetBytes, source.remaining());
            return submit(range, () -> super.write(offsetBytes, source));
        }

        @Override
        public CompletionStage<Void> writeZeroes(ByteRange range) {
            return submit(checked(range.offset(), range.length()), () -> super.writeZeroes(range));
        }

        @Override
        public CompletionStage<Void> unmap(ByteRange range) {
            CompletionStage<Void> unmapped = super.unmap(range);
            written(range);
            return unmapped;
        }

        @Override
        public void close() {
            closed = true;
            thread.drain();
            super.close();
        }

        private ByteRange checked(long offsetBytes, long lengthBytes) {
            if (closed) {
                throw new IllegalStateException("the handle of '" + name() + "' is closed");
            }
            IoArguments.check(this, blockBytes, offsetBytes, lengthBytes);
            return new ByteRange(offsetBytes, lengthBytes);
        }

        private CompletionStage<Void> submit(ByteRange range, Supplier<CompletionStage<Void>> operation) {
            return thread.submit(() -> {
                allocateStale(range.offset() / clusterBytes, range);
                allocateStale((range.end() - 1) / clusterBytes, range);
                written(range);
                return operation.get();
            });
        }

        /** If the range covers only a part of this cluster, and is the first to reach it, fills it with garbage. */
        private void allocateStale(long cluster, ByteRange range) {
            long from = cluster * clusterBytes;
            boolean whole = range.offset() <= from && range.end() >= from + clusterBytes;
            if (whole || holds(name(), cluster)) {
                return;
            }
            byte[] garbage = new byte[clusterBytes];
            Arrays.fill(garbage, GARBAGE);
            Stages.await(super.write(from, AwaitedVolume.buffer(garbage)));
            BitSet all = new BitSet();
            all.set(0, clusterBytes / blockBytes);
            synchronized (unwritten) {
                unwritten.put(cluster, all);
            }
        }

        private void written(ByteRange range) {
            synchronized (unwritten) {
                unwritten.forEach((cluster, blocks) -> {
                    ByteRange covered = clusterRange(cluster).intersect(range);
                    int first = (int) ((covered.offset() - cluster * clusterBytes) / blockBytes);
                    blocks.clear(first, first + (int) (covered.length() / blockBytes));
                });
                unwritten.values().removeIf(BitSet::isEmpty);
            }
        }

        private void hideGarbage(long offsetBytes, ByteBuffer target) {
            ByteRange range = new ByteRange(offsetBytes, target.remaining());
            synchronized (unwritten) {
                unwritten.forEach((cluster, blocks) -> blocks.stream().forEach(block -> {
                    long at = cluster * clusterBytes + (long) block * blockBytes;
                    if (at >= range.offset() && at < range.end()) {
                        target.put((int) (target.position() + at - offsetBytes), new byte[blockBytes]);
                    }
                }));
            }
        }

        private ByteRange clusterRange(long cluster) {
            return new ByteRange(cluster * clusterBytes, clusterBytes);
        }
    }
}
