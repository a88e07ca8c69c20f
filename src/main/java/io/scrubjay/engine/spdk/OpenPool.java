// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.engine.spdk;

import io.scrubjay.block.ClusterSize;
import io.scrubjay.engine.EngineException;
import io.scrubjay.engine.Errno;
import io.scrubjay.engine.Provisioning;
import io.scrubjay.engine.VolumeName;
import io.scrubjay.engine.spdk.device.DeviceFile;
import io.scrubjay.engine.spdk.device.DeviceLength;
import io.scrubjay.engine.spdk.ondisk.BegunSnapshot;
import io.scrubjay.engine.spdk.ondisk.Medium;
import io.scrubjay.engine.spdk.ondisk.StoreCheck;
import io.scrubjay.engine.spdk.process.Bounce;
import io.scrubjay.engine.spdk.process.NativeHandle;
import io.scrubjay.engine.spdk.process.Reactor;
import io.scrubjay.engine.spdk.process.RpcFailed;

import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.Collectors;

/**
 * What every volume of an open pool needs: the store, the medium beside it, how clusters are cleared, and a few threads
 * for what blocks. Thread-safe.
 */
final class OpenPool {
    private static final System.Logger LOG = System.getLogger(OpenPool.class.getName());
    /** They wait for {@code fdatasync} and for short runs of I/O. */
    private static final int WORKERS = 4;

    private final Reactor reactor;
    private final LvolStore store;
    private final Optional<Medium> medium;
    private final Optional<Bounce> bounce;
    private final Clearing clearing;
    private final ExecutorService workers;
    private final HeldClusters held;
    private final Disposal disposal;
    private final FreeSpace freeSpace;
    private final ClusterAccounts accounts;
    private final DeviceFailures failures;
    private final Optional<DeviceLength> length;
    private final ProofBlock proof;
    private final LostExtents extents;
    private volatile boolean released;

    OpenPool(Reactor reactor, LvolStore store, Optional<Medium> medium, Optional<Bounce> bounce, Clearing clearing) {
        this.reactor = reactor;
        this.store = store;
        this.medium = medium;
        this.bounce = bounce;
        this.clearing = clearing;
        this.accounts = new ClusterAccounts(store);
        this.failures = new DeviceFailures(store, accounts);
        this.held = new HeldClusters(store, clearing);
        this.disposal = new Disposal(this);
        this.freeSpace = new FreeSpace(this);
        this.length = medium.map(DeviceLength::new);
        this.proof = new ProofBlock(this);
        this.extents = new LostExtents(this, medium);
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

    /** Opens a volume for reading. Blocks; not for the draining thread. */
    NativeHandle openRead(String uuid) {
        return carried(NativeHandle.openRead(reactor, uuid));
    }

    /** Opens a volume for writing too. Blocks; not for the draining thread. */
    NativeHandle openWrite(String uuid) {
        return carried(NativeHandle.openWrite(reactor, uuid));
    }

    /** Payload goes as the device needs it. */
    private NativeHandle carried(NativeHandle handle) {
        return bounce.isPresent() ? handle.bounced() : handle;
    }

    Clearing clearing() {
        return clearing;
    }

    ClusterSize clusterSize() {
        return store.clusterSize();
    }

    HeldClusters held() {
        return held;
    }

    Disposal disposal() {
        return disposal;
    }

    FreeSpace freeSpace() {
        return freeSpace;
    }

    ClusterAccounts accounts() {
        return accounts;
    }

    DeviceFailures failures() {
        return failures;
    }

    ProofBlock proof() {
        return proof;
    }

    LostExtents extents() {
        return extents;
    }

    /** Looks how long the device is. Blocks for it. */
    void lookAtLength() {
        length.ifPresent(DeviceLength::look);
    }

    /** Whether the device was as long as when the pool was opened, as it was last looked at. Waits for nobody. */
    boolean isWhole() {
        return released || length.map(DeviceLength::isWhole).orElse(true);
    }

    /** Whether a cluster that is unmapped reads as zeroes: nothing shows through, and it need not be kept. */
    boolean givesBack(StoredLvol stored) {
        Lvol facts = stored.facts();
        return facts.provisioning() == Provisioning.THIN && facts.parent().isEmpty();
    }

    /** Does something that blocks. */
    <T> CompletableFuture<T> onWorker(Supplier<T> work) {
        return CompletableFuture.supplyAsync(
                () -> {
                    try {
                        return work.get();
                    } catch (RpcFailed refused) {
                        throw refused.asEngineException();
                    }
                },
                workers);
    }

    /** INVARIANT I-5: a store of SPDK's has no way to flush; the device is synced beside it. */
    void sync() {
        medium.ifPresent(Medium::sync);
    }

    /**
     * Makes a request that may take free clusters. One that found none is made once more while the cleaning gives back
     * what it holds: that is free space, too.
     *
     * @param allocatesBytes how much it may take at most
     */
    CompletableFuture<Void> request(
            String call, StoredLvol stored, long allocatesBytes, Supplier<CompletableFuture<Long>> io) {
        if (allocatesBytes > 0 && !accounts.isBalanced()) {
            return CompletableFuture.failedFuture(ClusterAccounts.failure());
        }
        long failuresBefore = failures.known();
        Function<Long, CompletableFuture<Void>> explained =
                status -> explained(call + " '" + stored.name() + "'", allocatesBytes, failuresBefore, status);
        return io.get()
                .thenCompose(status -> allocatesBytes > 0 && mayBeFull(status)
                        ? claiming(() -> io.get().thenCompose(explained))
                        : explained.apply(status));
    }

    private CompletableFuture<Void> claiming(Supplier<CompletableFuture<Void>> again) {
        CompletableFuture<Void> claimed = onWorker(() -> {
            freeSpace.claim();
            return null;
        });
        return claimed.thenCompose(nothing -> begun(again).whenComplete((done, failure) -> freeSpace.unclaim()));
    }

    /** A failure to begin is a failure like any other. */
    private static CompletableFuture<Void> begun(Supplier<CompletableFuture<Void>> work) {
        try {
            return work.get();
        } catch (RuntimeException failed) {
            return CompletableFuture.failedFuture(failed);
        }
    }

    private CompletableFuture<Void> explained(String call, long allocatesBytes, long failuresBefore, long status) {
        if (status >= 0) {
            return CompletableFuture.completedFuture(null);
        }
        return mayBeFull(status)
                ? onWorker(() -> {
                    throw reason(call, allocatesBytes, failuresBefore, status);
                })
                : CompletableFuture.failedFuture(Errno.failed(status, call));
    }

    /** A full store and a dying disk look alike to SPDK; what is free, and whether the disk failed, tells them apart. */
    private EngineException reason(String call, long allocatesBytes, long failuresBefore, long status) {
        // Asked in any case: a failure that somebody was told of is not held against who begins after it.
        boolean failed = failures.hasFailedSince(failuresBefore);
        if (allocatesBytes > 0 && store.fill().freeClusters() == 0) {
            return new EngineException.NoSpace(allocatesBytes, 0);
        }
        if (allocatesBytes > 0 && !failed) {
            return new EngineException.NoSpace("the pool has no room for the metadata of " + call);
        }
        return Errno.failed(status, call);
    }

    private static boolean mayBeFull(long status) {
        return status == -Errno.EIO || status == -Errno.ENOSPC;
    }

    /**
     * Has SPDK write again what a device that has failed did not take of the volumes' metadata, as far as that can be. Nobody
     * uses them any more.
     */
    void mendAfterFailures() {
        try {
            // Where a cluster may have two owners, nothing is changed any more.
            if (failures.hasFailed() && accounts.audit()) {
                extents.writeAll();
            }
        } catch (EngineException | RpcFailed stays) {
            LOG.log(
                    System.Logger.Level.ERROR,
                    "the device has failed and some metadata could not be written: the next start may find volumes"
                            + " it cannot read. Repair the device before a restart",
                    stays);
        }
    }

    /** The volumes that there are, each by its UUID, if the device has failed since the pool was opened. */
    Optional<Set<String>> volumesAfterFailures() {
        return failures.hasFailed() && accounts.audit()
                ? Optional.of(store.all().stream().map(Lvol::uuid).collect(Collectors.toSet()))
                : Optional.empty();
    }

    /** Sets right what SPDK has noted of them while it unloaded the store, as far as the medium can be seen without it. */
    void unloadedAfterFailures(SpdkPool options, Set<String> uuids) {
        try {
            medium.filter(DeviceFile.class::isInstance)
                    .flatMap(device -> StoreCheck.of(options.device().toString(), options.pairs(), device))
                    .ifPresent(check -> check.dropListAfterFailures(uuids));
        } catch (EngineException stays) {
            LOG.log(
                    System.Logger.Level.WARNING,
                    "the device has failed: the next start may show volumes whose creation failed; delete them then",
                    stays);
        }
    }

    /** Whether a snapshot of this name was begun and is not there, as far as the medium tells. Blocks for the device. */
    boolean hasBegun(VolumeName snapshot) {
        return medium.map(device -> BegunSnapshot.isThere(device, snapshot.value()))
                .orElse(false);
    }

    /** Ends the workers; nothing is under way any more. */
    void stop() {
        workers.shutdown();
    }

    /** Gives the device up. */
    void release() {
        released = true;
        bounce.ifPresent(Bounce::close);
        medium.ifPresent(Medium::close);
    }
}
