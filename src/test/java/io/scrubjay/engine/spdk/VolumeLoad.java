// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.engine.spdk;

import io.scrubjay.block.AlignedBuffer;
import io.scrubjay.block.ByteRange;
import io.scrubjay.engine.Stages;
import io.scrubjay.engine.Volume;

import java.nio.ByteBuffer;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;

/**
 * Random changes to a volume, sixteen under way at any time, of which the model hears. They go on until it is closed, or
 * one fails. Thread-safe: guarded by itself.
 */
final class VolumeLoad implements AutoCloseable {
    private static final int DEPTH = 16;
    private static final int CLUSTER_BLOCKS = TestDevice.CLUSTER_BYTES / CutModel.BLOCK_BYTES;

    /** What is done beside writing. */
    enum Beside {
        UNMAPS,
        /** Before the model hears of a change. */
        FLUSHES
    }

    private final Volume volume;
    private final CutModel model;
    private final Set<Beside> beside;
    private final ExecutorService threads = Executors.newFixedThreadPool(DEPTH, work -> {
        Thread thread = new Thread(work, "load");
        // A program may end in the middle of it.
        thread.setDaemon(true);
        return thread;
    });
    private long changes;
    private boolean stopped;
    private Optional<Throwable> failure = Optional.empty();

    private VolumeLoad(Volume volume, CutModel model, Set<Beside> beside) {
        this.volume = volume;
        this.model = model;
        this.beside = beside;
    }

    static VolumeLoad start(Volume volume, CutModel model, Set<Beside> beside, long seed) {
        VolumeLoad load = new VolumeLoad(volume, model, beside);
        for (int writer = 0; writer < DEPTH; writer++) {
            Random random = new Random(seed + writer);
            load.threads.execute(() -> load.run(random));
        }
        return load;
    }

    private void run(Random random) {
        try {
            ByteBuffer bytes = AlignedBuffer.allocate(TestDevice.CLUSTER_BYTES);
            while (goesOn()) {
                change(random, bytes);
                changed();
            }
        } catch (RuntimeException | Error failed) {
            failed(failed);
        }
    }

    private void change(Random random, ByteBuffer bytes) {
        boolean unmaps = beside.contains(Beside.UNMAPS) && random.nextInt(20) == 0;
        Change change = unmaps ? model.beginUnmap(random, CLUSTER_BLOCKS) : model.beginWrite(random, CLUSTER_BLOCKS);
        if (unmaps) {
            Stages.await(volume.unmap(new ByteRange(change.offset(), change.lengthBytes())));
        } else {
            Stages.await(volume.write(change.offset(), change.fill(bytes)));
        }
        if (beside.contains(Beside.FLUSHES)) {
            Stages.await(volume.flush());
        }
        if (random.nextInt(8) == 0) {
            requireOneself(change);
        }
        model.acknowledged(change);
    }

    /** Nobody else writes there before the change is acknowledged. */
    private void requireOneself(Change change) {
        ByteBuffer expected = ByteBuffer.allocate(change.lengthBytes());
        change.fill(expected);
        ByteBuffer found = AlignedBuffer.allocate(change.lengthBytes());
        Stages.await(volume.read(change.offset(), found));
        int mismatch = found.mismatch(expected);
        if (mismatch >= 0) {
            throw new AssertionError("what was just written at " + change.offset() + " differs from byte " + mismatch);
        }
    }

    private synchronized boolean goesOn() {
        return !stopped && failure.isEmpty();
    }

    private synchronized void changed() {
        changes++;
        notifyAll();
    }

    private synchronized void failed(Throwable thrown) {
        if (failure.isEmpty()) {
            failure = Optional.of(thrown);
        }
        notifyAll();
    }

    /** Waits for so many changes more; fails as soon as one of them does. */
    synchronized void awaitChanges(int count) throws InterruptedException {
        long enough = changes + count;
        while (changes < enough && failure.isEmpty()) {
            wait();
        }
        requireHealth();
    }

    private synchronized void requireHealth() {
        if (failure.isPresent()) {
            throw new AssertionError("a change failed: " + failure.get(), failure.get());
        }
    }

    /** Waits until nothing is under way; fails if anything has. */
    @Override
    public void close() {
        synchronized (this) {
            stopped = true;
        }
        threads.shutdown();
        if (!hasEnded()) {
            throw new AssertionError("a change gets no answer");
        }
        requireHealth();
    }

    private boolean hasEnded() {
        try {
            return threads.awaitTermination(1, TimeUnit.MINUTES);
        } catch (InterruptedException stop) {
            throw new IllegalStateException(stop);
        }
    }
}
