// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.engine.spdk;

import io.scrubjay.block.AlignedBuffer;
import io.scrubjay.block.ByteSize;
import io.scrubjay.block.ClusterSize;
import io.scrubjay.engine.EngineException;
import io.scrubjay.engine.spdk.device.BaseDevice;
import io.scrubjay.engine.spdk.device.DeviceFile;
import io.scrubjay.engine.spdk.device.NvmeNamespace;
import io.scrubjay.engine.spdk.device.SpdkDevice;
import io.scrubjay.engine.spdk.ondisk.Medium;
import io.scrubjay.engine.spdk.ondisk.MetadataPage;
import io.scrubjay.engine.spdk.ondisk.StoreCheck;
import io.scrubjay.engine.spdk.ondisk.SuperBlock;
import io.scrubjay.engine.spdk.ondisk.UnfinishedSnapshots;
import io.scrubjay.engine.spdk.process.Bounce;
import io.scrubjay.engine.spdk.process.ControlCalls;
import io.scrubjay.engine.spdk.process.CopyReserve;
import io.scrubjay.engine.spdk.process.Reactor;
import io.scrubjay.engine.spdk.process.ReactorOptions;
import io.scrubjay.engine.spdk.process.RpcFailed;

import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.function.UnaryOperator;

/**
 * How a pool is opened: lock the device, attach it, take the store that is there, or make one where that is allowed and
 * nothing else is. Nothing is ever written to a device that is not proven blank.
 */
final class PoolOpening {
    private static final System.Logger LOG = System.getLogger(PoolOpening.class.getName());
    /** One of SPDK's own, and a few for volumes. */
    private static final long CLUSTERS_MIN = 4;
    /** What has no file to lock. */
    private static final Set<SpdkDevice> IN_USE = new HashSet<>();

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
     * What was opened.
     *
     * @param check tells which volumes of a store that was there are missing
     */
    record Opened(OpenPool pool, BaseDevice base, Optional<StoreCheck> check) {}

    /**
     * Opens a pool.
     *
     * @param way how the control calls to its store are made from then on
     * @throws EngineException.PoolUnusable when it cannot be had; nothing has changed then
     */
    static Opened open(SpdkPool options, UnaryOperator<ControlCalls> way) {
        return open(options, way, UnaryOperator.identity());
    }

    /** The same, with the metadata looked at in another way. */
    static Opened open(SpdkPool options, UnaryOperator<ControlCalls> way, UnaryOperator<Medium> sight) {
        options.exports().ifPresent(ExportPlace::require);
        requireDriver(options);
        Optional<DeviceFile> file = lock(options.device());
        try {
            Reactor reactor = Reactor.started(options.reactor());
            return new PoolOpening(options, reactor, way, sight).open(file);
        } catch (RpcFailed refused) {
            giveUp(options, file);
            throw unusable(refused);
        } catch (RuntimeException | Error failed) {
            giveUp(options, file);
            throw failed;
        }
    }

    /** SPDK's NVMe driver wants more of a process than files do. */
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

    private static void giveUp(SpdkPool options, Optional<DeviceFile> file) {
        file.ifPresent(DeviceFile::close);
        unlock(options.device());
    }

    private static Optional<DeviceFile> lock(SpdkDevice device) {
        if (device instanceof SpdkDevice.Aio aio) {
            return Optional.of(openLocked(aio.path()));
        }
        if (device instanceof SpdkDevice.Uring uring) {
            return Optional.of(openLocked(uring.path()));
        }
        synchronized (IN_USE) {
            if (!IN_USE.add(device)) {
                throw EngineException.PoolUnusable.inUse(device + " is in use in this process", "close it first");
            }
        }
        return Optional.empty();
    }

    private static DeviceFile openLocked(Path path) {
        try {
            DeviceFile file = DeviceFile.openLocked(path);
            try {
                requireWholeBlocks(file);
                return file;
            } catch (RuntimeException odd) {
                file.close();
                throw odd;
            }
        } catch (UnsatisfiedLinkError | NoClassDefFoundError absent) {
            throw Reactor.absent(absent);
        }
    }

    /** SPDK refuses a device that ends within a block; so long as there is none of its own on it, any end will do. */
    private static void requireWholeBlocks(DeviceFile file) {
        long size = file.size();
        long block = AlignedBuffer.ALIGNMENT_BYTES;
        long rounded = (size + block - 1) / block * block;
        if (size != rounded) {
            throw refuse(
                    file + " is " + size + " bytes long, which is not a multiple of " + block,
                    "nothing was changed: change its size to a multiple, such as " + rounded + " bytes");
        }
        if (size == 0) {
            throw refuse(file + " is empty", "nothing was changed: give it the size that the pool should have");
        }
    }

    /** Ends the use of a device that has no file. */
    static void unlock(SpdkDevice device) {
        synchronized (IN_USE) {
            IN_USE.remove(device);
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

    /** Whatever goes wrong on the way back, the reason for going back is what is told. */
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

    /** Looks whether SPDK can load the store that is there, and ends what a crash has cut off. */
    private Optional<StoreCheck> setRight(Medium medium) {
        Optional<StoreCheck> check = StoreCheck.of(options.device().toString(), options.pairs(), sight.apply(medium));
        UnfinishedSnapshots.end(medium, check.map(StoreCheck::beforeLoad).orElse(List.of()));
        return check;
    }

    /** The store, which is not loaded yet, may have clusters of another size than this memory is for: pages fit in any. */
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
        // ORDER: before a pool is made: a start that is refused has changed nothing.
        CopyReserve.require(found.map(LvolStore::clusterSize).orElse(options.clusterSize()));
        LvolStore store = found.orElseGet(() -> format(base, search, medium));
        base.ordered().ifPresent(ordered -> medium.flatMap(SuperBlock::read).ifPresent(ordered::holds));
        OpenPool pool = new OpenPool(reactor, store.through(way), medium, bounce, clearing);
        LOG.log(System.Logger.Level.INFO, "freed clusters of {0} are cleared by {1}", options.device(), clearing);
        return new Opened(pool, base, check);
    }

    /** A load that fails looks to SPDK as if there had never been a store: never make one because there is none. */
    private LvolStore format(BaseDevice base, StoreSearch search, Optional<Medium> medium) {
        if (search.failedReads() > 0) {
            throw notRead(search, medium);
        }
        if (medium.map(Medium::hasBlobstore).orElse(false)) {
            throw notLoaded(medium.get());
        }
        if (medium.isPresent()) {
            requireBlank(medium.get());
        }
        LOG.log(System.Logger.Level.WARNING, "making a new pool on {0}", options.device());
        LvolStore store = LvolStore.create(
                reactor.rpc(), base.name(), options.name(), options.clusterSize(), clearing.storeMethod());
        // The device was cleared with it.
        CleanMark.put(store);
        return store;
    }

    /** SPDK does not tell what it could not read; it may be readable by now. */
    private EngineException.PoolUnusable notRead(StoreSearch search, Optional<Medium> medium) {
        return EngineException.PoolUnusable.notNow(
                options.device() + " has failed " + search.failedReads()
                        + " requests with I/O errors while SPDK looked for the pool on it; "
                        + medium.map(PoolOpening::readability).orElse("SPDK does not say which"),
                "nothing was changed: look for errors of the device in the kernel log, then start again");
    }

    private static String readability(Medium medium) {
        ByteBuffer page = AlignedBuffer.allocate(MetadataPage.BYTES);
        long at = 0;
        try {
            // What lies before the metadata of volumes is read by each load.
            long pages = SuperBlock.read(medium).map(SuperBlock::firstPage).orElse(1L);
            for (; at < pages * MetadataPage.BYTES; at += MetadataPage.BYTES) {
                medium.read(at, page.clear());
            }
        } catch (EngineException.DeviceFailed failed) {
            return "byte " + at + " cannot be read (errno " + failed.errno() + ")";
        }
        return "bytes 0 to " + (at - 1) + ", which hold the pool's metadata, can be read now";
    }

    private EngineException.PoolUnusable notLoaded(Medium medium) {
        ByteBuffer start = AlignedBuffer.allocate(MetadataPage.BYTES);
        medium.read(0, start);
        Optional<SuperBlock> store = SuperBlock.parse(start);
        long size = medium.size();
        if (store.isPresent() && store.get().sizeBytes() > size) {
            long needed = store.get().sizeBytes();
            return refuse(
                    options.device() + " is " + size + " bytes long, but the pool on it was made on " + needed,
                    "nothing was changed: give the device its " + needed + " bytes back, or name the right device");
        }
        return refuse(
                options.device() + " holds an lvol store that SPDK could not load; SPDK's log lines above say why",
                "nothing was changed: restore its super block from a copy of the device's first 4096 bytes");
    }

    private void requireBlank(Medium medium) {
        Optional<String> content = medium.content();
        if (content.isPresent()) {
            throw refuse(
                    options.device() + " is not a pool, and has " + content.get(),
                    "nothing was changed: name another device, or wipe this one if you need nothing on it");
        }
        if (options.format() == SpdkPool.FormatPolicy.NEVER) {
            throw refuse(
                    options.device() + " is blank",
                    "to make it a pool, set scrubjay.pool.format=if-blank for one start");
        }
        long clusters = CLUSTERS_MIN + options.reserveClusters();
        long metadata = clusters * MetadataPage.BYTES / options.clusterSize().bytes();
        ByteSize least =
                new ByteSize((clusters + metadata) * options.clusterSize().bytes());
        if (medium.size() < least.bytes()) {
            throw refuse(
                    options.device() + " is too small for a pool",
                    "with clusters of " + options.clusterSize() + " and " + options.reserveClusters()
                            + " of them in reserve (scrubjay.spdk.reserve) it needs " + least + " at least");
        }
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
