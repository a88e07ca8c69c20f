// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.engine.spdk;

import io.scrubjay.block.ClusterSize;
import io.scrubjay.engine.EngineException;
import io.scrubjay.engine.spdk.device.BaseDevice;
import io.scrubjay.engine.spdk.device.DeviceFile;
import io.scrubjay.engine.spdk.device.DeviceLock;
import io.scrubjay.engine.spdk.device.NvmeNamespace;
import io.scrubjay.engine.spdk.device.SpdkDevice;
import io.scrubjay.engine.spdk.ondisk.Medium;
import io.scrubjay.engine.spdk.ondisk.StoreCheck;
import io.scrubjay.engine.spdk.ondisk.SuperBlock;
import io.scrubjay.engine.spdk.ondisk.UnfinishedSnapshots;
import io.scrubjay.engine.spdk.process.Bounce;
import io.scrubjay.engine.spdk.process.ControlCalls;
import io.scrubjay.engine.spdk.process.CopyReserve;
import io.scrubjay.engine.spdk.process.Reactor;
import io.scrubjay.engine.spdk.process.ReactorOptions;
import io.scrubjay.engine.spdk.process.RpcFailed;

import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.UnaryOperator;

/**
 * Opens a pool: locks the device, attaches it, and takes its store, or makes one where that is allowed and there is
 * nothing else. Never writes to a device that is neither a pool nor proven blank.
 */
final class PoolOpening {
    private static final System.Logger LOG = System.getLogger(PoolOpening.class.getName());

    private final SpdkPool options;
    private final Reactor reactor;
    private final UnaryOperator<ControlCalls> way;
    private final UnaryOperator<Medium> sight;
    private final Clearing clearing;

    private PoolOpening(
            SpdkPool options, Reactor reactor, UnaryOperator<ControlCalls> way, UnaryOperator<Medium> sight) {
        this.options = options;
        this.reactor = reactor;
        this.way = way;
        this.sight = sight;
        this.clearing = Clearing.of(options.clear(), options.device());
    }

    /**
     * An open pool.
     *
     * @param check tells which volumes are missing, if the store existed before
     */
    record Opened(OpenPool pool, BaseDevice base, Optional<StoreCheck> check) {}

    /**
     * Opens a pool.
     *
     * @param way wraps the control calls to the pool's store
     * @throws EngineException.PoolUnusable when the pool cannot be opened; nothing has changed then
     */
    static Opened open(SpdkPool options, UnaryOperator<ControlCalls> way) {
        return open(options, way, UnaryOperator.identity());
    }

    /** The same. {@code sight} wraps the medium whose metadata is checked. */
    static Opened open(SpdkPool options, UnaryOperator<ControlCalls> way, UnaryOperator<Medium> sight) {
        options.exports().ifPresent(ExportPlace::require);
        requireDriver(options);
        Optional<DeviceFile> file = DeviceLock.take(options.device());
        try {
            Reactor reactor = Reactor.started(options.reactor());
            return new PoolOpening(options, reactor, way, sight).open(file);
        } catch (RpcFailed refused) {
            DeviceLock.giveUp(options.device(), file);
            throw unusable(refused);
        } catch (RuntimeException | Error failed) {
            DeviceLock.giveUp(options.device(), file);
            throw failed;
        }
    }

    /** Checks that the process has what SPDK's NVMe driver needs, and files do not. */
    private static void requireDriver(SpdkPool options) {
        if (!(options.device() instanceof SpdkDevice.Nvme nvme)) {
            return;
        }
        if (nvme.transport().isOnPci() && options.reactor().memory() != ReactorOptions.Memory.HUGEPAGES) {
            throw refuse(nvme + " needs hugepages", "reserve hugepages, and set scrubjay.spdk.memory-kind=hugepages");
        }
        if (options.reactor().mode() != ReactorOptions.Mode.POLL) {
            throw refuse(nvme + " works by polling only, not by interrupts", "set scrubjay.spdk.mode=poll");
        }
    }

    private Opened open(Optional<DeviceFile> file) {
        BaseDevice base = BaseDevice.attach(reactor, options.device());
        StoreSearch search = new StoreSearch(reactor.rpc(), base);
        try {
            return open(base, search, file);
        } catch (RuntimeException | Error failed) {
            undo(failed, () -> giveBack(base, search));
            throw failed;
        }
    }

    private void giveBack(BaseDevice base, StoreSearch search) {
        if (search.failedReads() > 0) {
            reactor.deviceLeftOpen();
        } else {
            base.detach();
        }
    }

    /** Undoes a step. If that fails too, the caller still gets the first reason. */
    private static void undo(Throwable reason, Runnable undoing) {
        try {
            undoing.run();
        } catch (RuntimeException stays) {
            reason.addSuppressed(stays);
        }
    }

    private Opened open(BaseDevice base, StoreSearch search, Optional<DeviceFile> file) {
        if (!(options.device() instanceof SpdkDevice.Nvme)) {
            Optional<StoreCheck> check = file.flatMap(this::setRight);
            search.run();
            base.keepOpen(reactor);
            return open(base, search, file.map(Function.identity()), Optional.empty(), check);
        }
        NvmeNamespace namespace = new NvmeNamespace(reactor, base.ordered().orElseThrow());
        Optional<StoreCheck> check = setRight(namespace);
        search.run();
        ClusterSize clusterSize = search.found().map(LvolStore::clusterSize).orElse(options.clusterSize());
        Bounce bounce = Bounce.open(reactor, clusterSize);
        try {
            return open(base, search, Optional.of(namespace), Optional.of(bounce), check);
        } catch (RuntimeException | Error failed) {
            undo(failed, bounce::close);
            throw failed;
        }
    }

    /** Checks whether SPDK can load the store, and completes or undoes the changes that a crash interrupted. */
    private Optional<StoreCheck> setRight(Medium medium) {
        Optional<StoreCheck> check = StoreCheck.of(options.device().toString(), options.pairs(), sight.apply(medium));
        UnfinishedSnapshots.end(medium, check.map(StoreCheck::beforeLoad).orElse(List.of()));
        return check;
    }

    /**
     * The store is not loaded yet, and may have another cluster size than this memory is for; but pages fit into any.
     */
    private Optional<StoreCheck> setRight(NvmeNamespace namespace) {
        Bounce bounce = Bounce.open(reactor, options.clusterSize());
        try {
            return setRight((Medium) namespace);
        } finally {
            bounce.close();
        }
    }

    private Opened open(
            BaseDevice base,
            StoreSearch search,
            Optional<Medium> medium,
            Optional<Bounce> bounce,
            Optional<StoreCheck> check) {
        Optional<LvolStore> found = search.found();
        found.ifPresent(this::requireOurs);
        // ORDER: before a pool is made, so that a start that is refused has changed nothing.
        CopyReserve.require(found.map(LvolStore::clusterSize).orElse(options.clusterSize()));
        LvolStore store =
                found.orElseGet(() -> new PoolFormatting(options, clearing, medium).run(reactor.rpc(), base, search));
        base.ordered().ifPresent(ordered -> medium.flatMap(SuperBlock::read).ifPresent(ordered::holds));
        OpenPool pool = new OpenPool(reactor, store.through(way), medium, bounce, clearing);
        LOG.log(System.Logger.Level.INFO, "freed clusters of {0} are cleared by {1}", options.device(), clearing);
        return new Opened(pool, base, check);
    }

    private void requireOurs(LvolStore store) {
        if (!store.name().equals(options.name())) {
            throw refuse(
                    options.device() + " holds the lvol store '" + store.name() + "', not '" + options.name() + "'",
                    "name it in scrubjay.spdk.pool-name if it is the right one");
        }
        if (store.clusterSize().bytes() < SpdkPool.CLUSTER_BYTES_MIN) {
            throw refuse(
                    options.device() + " has clusters of " + store.clusterSize(),
                    "a pool needs clusters of at least 1M: make a new one");
        }
        if (!store.clusterSize().equals(options.clusterSize())) {
            LOG.log(
                    System.Logger.Level.WARNING,
                    "the pool on {0} keeps the cluster size it was made with, {1}; the configured {2} has no effect"
                            + " on an existing pool",
                    options.device(),
                    store.clusterSize(),
                    options.clusterSize());
        }
    }

    private static EngineException.PoolUnusable refuse(String reason, String remedy) {
        return new EngineException.PoolUnusable(reason, remedy, Optional.empty());
    }

    private static EngineException.PoolUnusable unusable(RpcFailed refused) {
        return new EngineException.PoolUnusable(
                "SPDK cannot open the device: " + refused.getMessage(),
                "see SPDK's log lines above",
                Optional.of(refused));
    }
}
