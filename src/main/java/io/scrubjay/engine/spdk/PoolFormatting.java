// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.engine.spdk;

import io.scrubjay.block.AlignedBuffer;
import io.scrubjay.block.ByteSize;
import io.scrubjay.engine.EngineException;
import io.scrubjay.engine.spdk.device.BaseDevice;
import io.scrubjay.engine.spdk.ondisk.Medium;
import io.scrubjay.engine.spdk.ondisk.MetadataPage;
import io.scrubjay.engine.spdk.ondisk.SuperBlock;
import io.scrubjay.engine.spdk.process.JsonRpc;

import java.nio.ByteBuffer;
import java.util.Optional;

/**
 * Makes a pool on a device on which SPDK has found none. A failed load looks to SPDK as if there had never been a
 * store, so a pool is made only where the device is proven blank. Confined to the thread that opens the pool; blocks.
 */
final class PoolFormatting {
    private static final System.Logger LOG = System.getLogger(PoolFormatting.class.getName());
    /** One cluster for SPDK, and a few for volumes. */
    private static final long CLUSTERS_MIN = 4;

    private final SpdkPool options;
    private final Clearing clearing;
    private final Optional<Medium> medium;

    /** @param medium the device without SPDK; none for memory, which is blank */
    PoolFormatting(SpdkPool options, Clearing clearing, Optional<Medium> medium) {
        this.options = options;
        this.clearing = clearing;
        this.medium = medium;
    }

    /**
     * Makes a pool.
     *
     * @throws EngineException.PoolUnusable when no pool may be made; nothing has changed then
     */
    LvolStore run(JsonRpc rpc, BaseDevice base, StoreSearch search) {
        if (search.failedReads() > 0) {
            throw notRead(search);
        }
        medium.filter(Medium::hasBlobstore).ifPresent(this::refuseNotLoaded);
        medium.ifPresent(this::requireBlank);
        LOG.log(System.Logger.Level.WARNING, "making a new pool on {0}", options.device());
        LvolStore store =
                LvolStore.create(rpc, base.name(), options.name(), options.clusterSize(), clearing.storeMethod());
        // Making the store has cleared the device.
        CleanMark.put(store);
        return store;
    }

    /** SPDK does not say what it could not read, and it may be readable by now. */
    private EngineException.PoolUnusable notRead(StoreSearch search) {
        return EngineException.PoolUnusable.notNow(
                options.device() + " has failed " + search.failedReads()
                        + " requests with I/O errors while SPDK looked for the pool on it; "
                        + medium.map(PoolFormatting::readability).orElse("SPDK does not say which"),
                "nothing was changed: look for errors of the device in the kernel log, then start again");
    }

    private static String readability(Medium medium) {
        ByteBuffer page = AlignedBuffer.allocate(MetadataPage.BYTES);
        long at = 0;
        try {
            // Every load reads the pages before the metadata of volumes.
            long pages = SuperBlock.read(medium).map(SuperBlock::firstPage).orElse(1L);
            for (; at < pages * MetadataPage.BYTES; at += MetadataPage.BYTES) {
                medium.read(at, page.clear());
            }
        } catch (EngineException.DeviceFailed failed) {
            return "byte " + at + " cannot be read (errno " + failed.errno() + ")";
        }
        return "bytes 0 to " + (at - 1) + ", which hold the pool's metadata, can be read now";
    }

    private void refuseNotLoaded(Medium medium) {
        ByteBuffer start = AlignedBuffer.allocate(MetadataPage.BYTES);
        medium.read(0, start);
        Optional<SuperBlock> store = SuperBlock.parse(start);
        long size = medium.size();
        if (store.isPresent() && store.get().sizeBytes() > size) {
            long needed = store.get().sizeBytes();
            throw refuse(
                    options.device() + " is " + size + " bytes long, but the pool on it was made on " + needed,
                    "nothing was changed: give the device its " + needed + " bytes back, or name the right device");
        }
        throw refuse(
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

    private static EngineException.PoolUnusable refuse(String reason, String remedy) {
        return new EngineException.PoolUnusable(reason, remedy, Optional.empty());
    }
}
