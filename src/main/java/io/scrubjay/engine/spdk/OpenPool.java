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
 * Everything that the volumes of an open pool need: the store, the medium without SPDK, the way clusters are cleared,
 * and a few threads for calls that block. Thread-safe.
 */
final class OpenPool {
    private static final System.Logger LOG = System.getLogger(OpenPool.class.getName());
    /** Workers wait for {@code fdatasync}, and for short runs of I/O. */
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

    /** Copies the payload through SPDK's memory if the device needs that. */
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

    /** Checks the length of the device. Blocks for the device. */
    void lookAtLength() {
        length.ifPresent(DeviceLength::look);
    }

    /** Whether the device, when last checked, was as long as when the pool was opened. Waits for nobody. */
    boolean isWhole() {
        return released || length.map(DeviceLength::isWhole).orElse(true);
    }

    /**
     * Whether an unmapped cluster of the volume reads as zeroes: no parent shows through, and the volume may free it.
     */
    boolean givesBack(StoredLvol stored) {
        Lvol facts = stored.facts();
        return facts.provisioning() == Provisioning.THIN && facts.parent().isEmpty();
    }

    /** Does blocking work on a worker. */
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

    /** INVARIANT I-5: an lvol store of SPDK has no way to flush, so the agent syncs the device without SPDK. */
    void sync() {
        medium.ifPresent(Medium::sync);
    }

    /**
     * Makes a request that may take free clusters. If it finds none, it is made once more while the cleaning gives back
     * the clusters that it holds: they are free space, too.
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

    /** Turns an exception at the beginning into a failed stage. */
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

    /**
     * SPDK reports a full store and a dying disk in the same way; the free clusters and the count of failures tell them
     * apart.
     */
    private EngineException reason(String call, long allocatesBytes, long failuresBefore, long status) {
        // Called in any case: once a failure is reported here, it does not count against calls that begin later.
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
     * Has SPDK write metadata again that the device has failed to write, as far as that is possible. Called when nobody
     * uses the volumes any more.
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

    /**
     * The UUIDs of all volumes if the device has failed since the pool was opened, and no cluster has two owners; else
     * empty.
     */
    Optional<Set<String>> volumesAfterFailures() {
        return failures.hasFailed() && accounts.audit()
                ? Optional.of(store.all().stream().map(Lvol::uuid).collect(Collectors.toSet()))
                : Optional.empty();
    }

    /**
     * Repairs what SPDK has recorded about these volumes while it unloaded the store, if the medium can be accessed
     * without SPDK.
     */
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

    /**
     * Whether SPDK has begun a snapshot of this name but not completed it, as far as the medium shows. Blocks for the
     * device.
     */
    boolean hasBegun(VolumeName snapshot) {
        return medium.map(device -> BegunSnapshot.isThere(device, snapshot.value()))
                .orElse(false);
    }

    /** Ends the workers. Called when nothing is under way any more. */
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
