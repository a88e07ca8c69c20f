// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.engine;

import io.scrubjay.block.ByteRange;
import io.scrubjay.block.ClusterMap;
import io.scrubjay.engine.EngineException.DeviceFailed;
import io.scrubjay.engine.EngineException.DeviceStalled;

import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;

/**
 * Makes the n-th call go wrong, whatever it is: one that looks (list, find, open, allocated, read) as well as one that
 * changes something. All other calls go well. {@link FlakyEngine} counts only changes.
 *
 * <p>Thread-safe; with several threads at work it is chance which call is the n-th.
 */
public final class NthCallEngine extends ForwardingEngine {
    /** What becomes of the n-th call. */
    public enum Fault {
        /** Nothing is done, and it fails. */
        FAILS,
        /** It is done, and its answer is a failure. */
        ANSWERS_WITH_FAILURE,
        /** It is done too late: its answer is that it stalled. */
        STALLS,
        /** A read gives other bytes than were written; other calls go well. */
        DAMAGES,
        /** Nothing is done, and what is thrown is no failure of an engine's: a bug. */
        BREAKS
    }

    private volatile Fault fault = Fault.FAILS;
    private final List<String> calls = new ArrayList<>();
    private long callsLeft;
    private boolean fired;

    public NthCallEngine(StorageEngine delegate) {
        super(delegate);
    }

    /** Makes the n-th call go wrong, counted from now, from 1. */
    public synchronized void arm(Fault next, long n) {
        fault = next;
        callsLeft = n;
        fired = false;
        calls.clear();
    }

    /** Lets all calls go well, and counts them from now. */
    public void watch() {
        arm(Fault.FAILS, 0);
    }

    /**
     * The calls since the last {@link #arm} or {@link #watch}, in their order: each with the kind of volume it was about,
     * which is the word that its name begins with.
     */
    public synchronized List<String> calls() {
        return List.copyOf(calls);
    }

    /** Whether the n-th call has come. */
    public synchronized boolean fired() {
        return fired;
    }

    private synchronized boolean isTarget(String call) {
        calls.add(call);
        if (callsLeft == 0) {
            return false;
        }
        callsLeft--;
        fired = callsLeft == 0;
        return fired;
    }

    private static String about(String call, VolumeName name) {
        return call + " " + name.value().replaceFirst("-.*", "");
    }

    private <T> T call(String call, Supplier<T> work) {
        boolean hit = isTarget(call);
        if (hit && isNotDone()) {
            throw failure();
        }
        T result = work.get();
        if (hit && fault != Fault.DAMAGES) {
            throw failure();
        }
        return result;
    }

    private boolean isNotDone() {
        return fault == Fault.FAILS || fault == Fault.BREAKS;
    }

    private RuntimeException failure() {
        return switch (fault) {
            case STALLS -> new DeviceStalled("the call the sweep chose", Duration.ofSeconds(1));
            case BREAKS -> new IllegalStateException("the call the sweep chose");
            case FAILS, ANSWERS_WITH_FAILURE, DAMAGES -> new DeviceFailed("the call the sweep chose", FlakyEngine.EIO);
        };
    }

    @Override
    public PoolUsage usage() {
        return call("usage", super::usage);
    }

    @Override
    public List<Unreadable> incomplete() {
        return call("incomplete", super::incomplete);
    }

    @Override
    public List<Unreadable> unreadable() {
        return call("unreadable", super::unreadable);
    }

    @Override
    public List<VolumeSummary> list() {
        return call("list", super::list);
    }

    @Override
    public Optional<VolumeSummary> find(VolumeName name) {
        return call(about("find", name), () -> super.find(name));
    }

    @Override
    public VolumeSummary create(VolumeName name, long sizeBytes, Provisioning provisioning) {
        return call(about("create", name), () -> super.create(name, sizeBytes, provisioning));
    }

    @Override
    public Volume open(VolumeName name, Access access) {
        boolean hit = isTarget(about("open", name));
        if (hit && isNotDone()) {
            throw failure();
        }
        Volume opened = super.open(name, access);
        if (hit && fault != Fault.DAMAGES) {
            // Nobody was given the handle, so nobody else can close it.
            opened.close();
            throw failure();
        }
        return new NthCallVolume(name, opened);
    }

    @Override
    public ClusterMap allocated(VolumeName name) {
        return call(about("allocated", name), () -> super.allocated(name));
    }

    @Override
    public ClusterMap differing(VolumeName later, VolumeName earlier) {
        return call(about("differing", later), () -> super.differing(later, earlier));
    }

    @Override
    public VolumeSummary resize(VolumeName name, long sizeBytes) {
        return call(about("resize", name), () -> super.resize(name, sizeBytes));
    }

    @Override
    public VolumeSummary inflate(VolumeName name) {
        return call(about("inflate", name), () -> super.inflate(name));
    }

    @Override
    public VolumeSummary decouple(VolumeName name) {
        return call(about("decouple", name), () -> super.decouple(name));
    }

    @Override
    public VolumeSummary cut(VolumeName name, long sizeBytes) {
        return call(about("cut", name), () -> super.cut(name, sizeBytes));
    }

    @Override
    public VolumeSummary snapshot(VolumeName volume, VolumeName snapshot) {
        return call(about("snapshot", snapshot), () -> super.snapshot(volume, snapshot));
    }

    @Override
    public VolumeSummary seal(VolumeName volume, VolumeName snapshot) {
        return call(about("seal", snapshot), () -> super.seal(volume, snapshot));
    }

    @Override
    public VolumeSummary cloneOf(VolumeName snapshot, VolumeName clone) {
        return call(about("cloneOf", clone), () -> super.cloneOf(snapshot, clone));
    }

    @Override
    public VolumeSummary rename(VolumeName from, VolumeName to) {
        return call(about("rename", to), () -> super.rename(from, to));
    }

    @Override
    public void delete(VolumeName name) {
        call(about("delete", name), () -> {
            super.delete(name);
            return name;
        });
    }

    private final class NthCallVolume extends ForwardingVolume {
        private final VolumeName name;

        NthCallVolume(VolumeName name, Volume delegate) {
            super(delegate);
            this.name = name;
        }

        @Override
        public CompletionStage<Void> read(long offsetBytes, ByteBuffer target) {
            ByteBuffer view = target.duplicate();
            return stage("read", () -> super.read(offsetBytes, target), () -> {
                for (int at = view.position(); at < view.limit(); at++) {
                    view.put(at, (byte) ~view.get(at));
                }
            });
        }

        @Override
        public CompletionStage<Void> write(long offsetBytes, ByteBuffer source) {
            return stage("write", () -> super.write(offsetBytes, source), () -> {});
        }

        @Override
        public CompletionStage<Void> writeZeroes(ByteRange range) {
            return stage("writeZeroes", () -> super.writeZeroes(range), () -> {});
        }

        @Override
        public CompletionStage<Void> flush() {
            return stage("flush", super::flush, () -> {});
        }

        private CompletionStage<Void> stage(String call, Supplier<CompletionStage<Void>> work, Runnable damage) {
            boolean hit = isTarget(about(call, name));
            if (hit && isNotDone()) {
                return CompletableFuture.failedFuture(failure());
            }
            CompletionStage<Void> underWay = work.get();
            if (!hit) {
                return underWay;
            }
            return Completion.after(underWay, outcome -> {
                if (fault == Fault.DAMAGES) {
                    damage.run();
                    return outcome;
                }
                return Optional.of(failure());
            });
        }
    }
}
