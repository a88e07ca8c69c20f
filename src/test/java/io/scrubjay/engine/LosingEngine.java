// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.engine;

import io.scrubjay.block.ClusterMap;
import io.scrubjay.block.ClusterRun;
import io.scrubjay.engine.EngineTraits.CloneCost;

import java.nio.ByteBuffer;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.LongStream;

/**
 * A pool that loses clusters and does not know it: they are no longer allocated, and read as zeroes without any error, also
 * through the clones and snapshots that share them. This is what a file system leaves behind whose repair dropped extents.
 * Thread-safe.
 */
public final class LosingEngine extends ForwardingEngine {
    private final Map<VolumeName, Set<Long>> lost = new ConcurrentHashMap<>();
    private volatile Predicate<VolumeName> losesFirst = name -> false;

    public LosingEngine(StorageEngine delegate) {
        super(delegate);
    }

    /** Loses one cluster of a volume, for good. */
    public LosingEngine lose(VolumeName name, long cluster) {
        lost.computeIfAbsent(name, absent -> ConcurrentHashMap.newKeySet()).add(cluster);
        return this;
    }

    /** Loses cluster 0 of all volumes with such names, as soon as a handle of them that writes is closed or they are sealed. */
    public LosingEngine losingFirstOf(Predicate<VolumeName> names) {
        losesFirst = names;
        return this;
    }

    private boolean isLost(VolumeName name, long cluster) {
        return lost.getOrDefault(name, Set.of()).contains(cluster);
    }

    @Override
    public ClusterMap allocated(VolumeName name) {
        ClusterMap all = super.allocated(name);
        ClusterMap.Builder left = ClusterMap.builder();
        for (ClusterRun run : all.runs()) {
            long from = run.first();
            for (long cluster : new TreeSet<>(lost.getOrDefault(name, Set.of()))) {
                if (cluster >= from && cluster < run.end()) {
                    left.add(from, cluster - from);
                    from = cluster + 1;
                }
            }
            left.add(from, run.end() - from);
        }
        return left.build();
    }

    /** So that what is lost is missing here too. */
    @Override
    public ClusterMap differing(VolumeName later, VolumeName earlier) {
        return ClusterChain.differing(this, later, earlier);
    }

    @Override
    public VolumeSummary seal(VolumeName volume, VolumeName snapshot) {
        VolumeSummary sealed = super.seal(volume, snapshot);
        if (losesFirst.test(snapshot)) {
            lose(snapshot, 0);
        }
        return sealed;
    }

    @Override
    public Volume open(VolumeName name, Access access) {
        return new Lossy(super.open(name, access), access);
    }

    private final class Lossy extends ForwardingVolume {
        private final Access access;

        Lossy(Volume delegate, Access access) {
            super(delegate);
            this.access = access;
        }

        @Override
        public CompletionStage<Void> read(long offsetBytes, ByteBuffer target) {
            ByteBuffer view = target.duplicate();
            // Found out before: the engine's thread, which ends the reading, must not ask it anything.
            Set<Long> gone = lostWithin(offsetBytes, target.remaining());
            return Completion.after(super.read(offsetBytes, target), failure -> {
                clear(gone, offsetBytes, view);
                return failure;
            });
        }

        private Set<Long> lostWithin(long offsetBytes, int lengthBytes) {
            long clusterBytes = traits().clusterSize().bytes();
            return lengthBytes == 0
                    ? Set.of()
                    : LongStream.rangeClosed(offsetBytes / clusterBytes, (offsetBytes + lengthBytes - 1) / clusterBytes)
                            .filter(this::isLostTo)
                            .boxed()
                            .collect(Collectors.toSet());
        }

        private void clear(Set<Long> gone, long offsetBytes, ByteBuffer target) {
            long clusterBytes = traits().clusterSize().bytes();
            for (int at = 0; at < target.remaining(); at++) {
                long offset = offsetBytes + at;
                long cluster = offset / clusterBytes;
                int length = (int) Math.min(target.remaining() - at, (cluster + 1) * clusterBytes - offset);
                if (gone.contains(cluster)) {
                    target.put(target.position() + at, new byte[length]);
                }
                at += length - 1;
            }
        }

        /** Whether this volume reads the cluster from where it was lost. */
        private boolean isLostTo(long cluster) {
            boolean shares = traits().cloneCost() == CloneCost.SHARED;
            for (Optional<VolumeName> at = Optional.of(name());
                    at.isPresent();
                    at = shares ? find(at.get()).flatMap(VolumeSummary::parent) : Optional.empty()) {
                if (isLost(at.get(), cluster)) {
                    return true;
                }
                if (LosingEngine.this.delegate().allocated(at.get()).contains(cluster)) {
                    return false;
                }
            }
            return false;
        }

        @Override
        public void close() {
            super.close();
            if (access == Access.WRITE && losesFirst.test(name())) {
                lose(name(), 0);
            }
        }
    }
}
