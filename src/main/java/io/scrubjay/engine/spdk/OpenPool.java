package io.scrubjay.engine.spdk;

import io.scrubjay.block.ClusterSize;
import io.scrubjay.engine.EngineException;
import io.scrubjay.engine.Provisioning;

import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;

/**
 * What every volume of an open pool needs: the store, the device beside it, how clusters are cleared, and a few threads
 * for what blocks. Thread-safe.
 */
final class OpenPool {
    /** They wait for {@code fdatasync} and for short runs of I/O. */
    private static final int WORKERS = 4;

    private final Reactor reactor;
    private final LvolStore store;
    private final Optional<DeviceFile> device;
    private final Clearing clearing;
    private final ExecutorService workers;
    private final FreeSpace freeSpace;

    OpenPool(Reactor reactor, LvolStore store, Optional<DeviceFile> device, Clearing clearing) {
        this.reactor = reactor;
        this.store = store;
        this.device = device;
        this.clearing = clearing;
        this.freeSpace = new FreeSpace(this);
        AtomicInteger number = new AtomicInteger();
        this.workers = Executors.newFixedThreadPool(WORKERS, work -> {
            Thread thread = new Thread(work, "scrubjay-spdk-io-" + number.incrementAndGet());
            thread.setDaemon(true);
            return thread;
        });
    }

    Reactor reactor() {
        return reactor;
    }

    LvolStore store() {
        return store;
    }

    Clearing clearing() {
        return clearing;
    }

    ClusterSize clusterSize() {
        return store.clusterSize();
    }

    FreeSpace freeSpace() {
        return freeSpace;
    }

    /** Whether a cluster that is unmapped reads as zeroes: nothing shows through, and it need not be kept. */
    boolean givesBack(StoredLvol stored) {
        Lvol facts = stored.facts();
        return facts.provisioning() == Provisioning.THIN && facts.parent().isEmpty();
    }

    /** Does something that blocks. */
    <T> CompletableFuture<T> onWorker(Supplier<T> work) {
        return CompletableFuture.supplyAsync(work, workers);
    }

    /** INVARIANT I-5: SPDK has no way to flush; the device is synced beside it. */
    void sync() {
        device.ifPresent(DeviceFile::sync);
    }

    /**
     * What a status means. A full store and a dying disk look alike to SPDK; the count of free clusters tells them
     * apart.
     */
    CompletableFuture<Void> explained(String call, StoredLvol stored, long allocatesBytes, long status) {
        if (status >= 0) {
            return CompletableFuture.completedFuture(null);
        }
        EngineException.DeviceFailed failure = Errno.failed(status, call + " '" + stored.name() + "'");
        if (!mayBeFull(allocatesBytes, status)) {
            return CompletableFuture.failedFuture(failure);
        }
        return onWorker(() -> store.fill().freeClusters()).thenApply(free -> {
            if (free == 0) {
                throw new EngineException.NoSpace(allocatesBytes, 0);
            }
            throw failure;
        });
    }

    private static boolean mayBeFull(long allocatesBytes, long status) {
        return allocatesBytes > 0 && (status == -Errno.EIO || status == -Errno.ENOSPC);
    }

    /** Free clusters that are just being cleared are given back for what found none. */
    CompletableFuture<Long> tryAgainIfRoomCame(long allocatesBytes, long status, Supplier<CompletableFuture<Long>> io) {
        return mayBeFull(allocatesBytes, status)
                ? onWorker(freeSpace::yieldSpace)
                        .thenCompose(came -> came ? io.get() : CompletableFuture.completedFuture(status))
                : CompletableFuture.completedFuture(status);
    }

    /** Ends the workers; nothing is under way any more. */
    void stop() {
        workers.shutdown();
    }

    /** Gives the device up. */
    void release() {
        device.ifPresent(DeviceFile::close);
    }
}
