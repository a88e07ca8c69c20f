// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.engine;

import io.scrubjay.block.AlignedBuffer;
import io.scrubjay.block.ByteRange;

import java.nio.ByteBuffer;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.CompletionStage;

/**
 * A medium below a cache that is always right. What is written reaches the medium with the next flush, seal or snapshot. One
 * write, the n-th, reaches it damaged or not at all, and nobody is told: not by its completion, not by a flush. Whatever a
 * cache may answer goes on giving what was written, under every name the volume is given; only {@link Access#VERIFY} reads
 * what the medium holds.
 *
 * <p>Thread-safe. With several writes under way at once it is chance which of them is the n-th.
 */
public final class LyingCacheEngine extends ForwardingEngine {
    /** What the medium makes of a write. */
    public enum Lie {
        /** One bit of its last byte is wrong. */
        FLIPPED,
        /** The medium keeps what it had. */
        LOST
    }

    /** The blocks that are otherwise on the medium than in the cache, as the medium has them. Guarded by this. */
    private final Map<VolumeName, TreeMap<Long, byte[]>> medium = new HashMap<>();

    /** What the medium holds of the blocks that were written since the last flush. Guarded by this. */
    private final Map<VolumeName, TreeMap<Long, byte[]>> unflushed = new HashMap<>();

    private Lie lie = Lie.FLIPPED;
    private long countdown;

    public LyingCacheEngine(StorageEngine delegate) {
        super(delegate);
    }

    /** The n-th write from now on, counted from 1, goes wrong. */
    public synchronized void lieAt(long n, Lie kind) {
        lie = kind;
        countdown = n;
    }

    /** Whether the write that was to go wrong has come. */
    public synchronized boolean hasLied() {
        return countdown <= 0;
    }

    /** One bit of what is stored turns over on the medium. */
    public synchronized void rot(VolumeName name, long offsetBytes) {
        long block = offsetBytes / traits().ioAlignmentBytes();
        byte[] bytes = held(name, block);
        bytes[(int) (offsetBytes % bytes.length)] ^= 1;
        blocks(name).put(block, bytes);
    }

    @Override
    public Volume open(VolumeName name, Access access) {
        return new LyingVolume(super.open(name, access), access);
    }

    @Override
    public synchronized VolumeSummary snapshot(VolumeName volume, VolumeName snapshot) {
        VolumeSummary taken = super.snapshot(volume, snapshot);
        unflushed.remove(volume);
        copy(volume, snapshot);
        return taken;
    }

    @Override
    public synchronized VolumeSummary seal(VolumeName volume, VolumeName snapshot) {
        VolumeSummary sealed = super.seal(volume, snapshot);
        unflushed.remove(volume);
        move(volume, snapshot);
        return sealed;
    }

    @Override
    public synchronized VolumeSummary cloneOf(VolumeName snapshot, VolumeName clone) {
        VolumeSummary cloned = super.cloneOf(snapshot, clone);
        copy(snapshot, clone);
        return cloned;
    }

    @Override
    public synchronized VolumeSummary rename(VolumeName from, VolumeName to) {
        VolumeSummary renamed = super.rename(from, to);
        move(from, to);
        Optional.ofNullable(unflushed.remove(from)).ifPresent(blocks -> unflushed.put(to, blocks));
        return renamed;
    }

    @Override
    public synchronized void delete(VolumeName name) {
        super.delete(name);
        medium.remove(name);
        unflushed.remove(name);
    }

    private void copy(VolumeName from, VolumeName to) {
        Optional.ofNullable(medium.get(from)).ifPresent(blocks -> medium.put(to, new TreeMap<>(blocks)));
    }

    private void move(VolumeName from, VolumeName to) {
        Optional.ofNullable(medium.remove(from)).ifPresent(blocks -> medium.put(to, blocks));
    }

    private NavigableMap<Long, byte[]> blocks(VolumeName name) {
        return medium.computeIfAbsent(name, any -> new TreeMap<>());
    }

    /** What the medium holds of a block. */
    private byte[] held(VolumeName name, long block) {
        int unit = traits().ioAlignmentBytes();
        byte[] copy = new byte[unit];
        byte[] otherwise = blocks(name).get(block);
        if (otherwise != null) {
            return otherwise.clone();
        }
        ByteBuffer bytes = AlignedBuffer.allocate(unit);
        // Not by a handle of ours: its reads take the monitor when they end.
        try (Volume volume = delegate().open(name, Access.READ)) {
            Stages.await(volume.read(block * unit, bytes));
        }
        bytes.get(0, copy);
        return copy;
    }

    private final class LyingVolume extends ForwardingVolume {
        private final Access access;
        private final int unit = traits().ioAlignmentBytes();

        LyingVolume(Volume delegate, Access access) {
            super(delegate);
            this.access = access;
        }

        @Override
        public CompletionStage<Void> read(long offsetBytes, ByteBuffer target) {
            if (access != Access.VERIFY) {
                return super.read(offsetBytes, target);
            }
            ByteBuffer view = target.duplicate();
            return Completion.after(super.read(offsetBytes, target), failure -> {
                synchronized (LyingCacheEngine.this) {
                    for (NavigableMap<Long, byte[]> otherwise : List.of(blocks(name()), waiting())) {
                        otherwise
                                .subMap(offsetBytes / unit, (offsetBytes + view.remaining()) / unit)
                                .forEach((block, bytes) ->
                                        view.put((int) (view.position() + block * unit - offsetBytes), bytes));
                    }
                }
                return failure;
            });
        }

        @Override
        public CompletionStage<Void> write(long offsetBytes, ByteBuffer source) {
            synchronized (LyingCacheEngine.this) {
                IoArguments.check(this, unit, offsetBytes, source.remaining());
                NavigableMap<Long, byte[]> blocks = blocks(name());
                long first = offsetBytes / unit;
                long end = first + source.remaining() / unit;
                for (long block = first; block < end; block++) {
                    if (!waiting().containsKey(block)) {
                        waiting().put(block, held(name(), block));
                    }
                }
                if (--countdown != 0) {
                    blocks.subMap(first, end).clear();
                } else if (lie == Lie.LOST) {
                    for (long block = first; block < end; block++) {
                        blocks.put(block, waiting().get(block));
                    }
                } else {
                    blocks.subMap(first, end).clear();
                    byte[] last = new byte[unit];
                    source.get(source.limit() - unit, last);
                    last[unit - 1] ^= 1;
                    blocks.put(end - 1, last);
                }
                return super.write(offsetBytes, source);
            }
        }

        @Override
        public CompletionStage<Void> writeZeroes(ByteRange range) {
            forget(range);
            return super.writeZeroes(range);
        }

        @Override
        public CompletionStage<Void> unmap(ByteRange range) {
            forget(range);
            return super.unmap(range);
        }

        @Override
        public CompletionStage<Void> flush() {
            Set<Long> written;
            synchronized (LyingCacheEngine.this) {
                written = new TreeSet<>(waiting().keySet());
            }
            return Completion.after(super.flush(), failure -> {
                if (failure.isEmpty()) {
                    synchronized (LyingCacheEngine.this) {
                        waiting().keySet().removeAll(written);
                    }
                }
                return failure;
            });
        }

        private NavigableMap<Long, byte[]> waiting() {
            return unflushed.computeIfAbsent(name(), any -> new TreeMap<>());
        }

        private void forget(ByteRange range) {
            synchronized (LyingCacheEngine.this) {
                for (NavigableMap<Long, byte[]> otherwise : List.of(blocks(name()), waiting())) {
                    otherwise.subMap(range.offset() / unit, range.end() / unit).clear();
                }
            }
        }
    }
}
