// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.engine.spdk.device;

import io.scrubjay.engine.Errno;
import io.scrubjay.engine.spdk.ondisk.SuperBlock;
import io.scrubjay.engine.spdk.process.NativeText;
import io.scrubjay.engine.spdk.process.Reactor;

import java.nio.file.Path;
import java.util.Optional;

/**
 * INVARIANT I-5, I-6: the block device between a store and SPDK's base device. A store never flushes; so this device
 * holds each write to the store's metadata back until everything that the base device has answered before is on the
 * medium, and answers it once it is on the medium itself. A device that loses its cache in a power failure is then left
 * as a kill would leave it. {@code order.c} explains how.
 *
 * <p>Thread-safe; every call blocks for SPDK, and may throw {@link io.scrubjay.engine.EngineException.DeviceFailed}.
 */
public final class OrderedDevice {
    private static final String SUFFIX = "-ordered";

    private final Reactor reactor;
    private final String name;
    private final NativeText text;

    private OrderedDevice(Reactor reactor, String name) {
        this.reactor = reactor;
        this.name = name;
        this.text = NativeText.of(name);
    }

    /**
     * Makes an ordered device, which claims its base. At first, all of it counts as metadata.
     *
     * @param base SPDK's name of the device below
     * @param file the base's file or block device, which is synced; none for an NVMe namespace, which gets flush
     *     commands
     */
    static OrderedDevice on(Reactor reactor, String base, Optional<Path> file) {
        OrderedDevice made = new OrderedDevice(reactor, base + SUFFIX);
        NativeText below = NativeText.of(base);
        Optional<NativeText> path =
                file.map(place -> NativeText.of(place.toAbsolutePath().toString()));
        Object kept = new Object[] {made.text, below, path};
        long status = Reactor.awaited(reactor.submit(
                kept,
                ticket -> OrderedNative.make(
                        ticket,
                        made.text.address(),
                        below.address(),
                        path.map(NativeText::address).orElse(0L))));
        Errno.require(status, "put an ordered device on " + base);
        return made;
    }

    /** SPDK's name of this device. */
    String name() {
        return name;
    }

    /**
     * Tells the device where the store's metadata is: writes to the data are not held back. Call before any data is
     * written.
     */
    public void holds(SuperBlock store) {
        long data = store.metadataClusters() * store.clusterBytes();
        long status = Reactor.awaited(
                reactor.submit(text, ticket -> OrderedNative.data(ticket, text.address(), data, store.clusterBytes())));
        Errno.require(status, "tell where data begins on " + name);
    }

    /**
     * Makes durable everything that the NVMe namespace below has answered. Not for a file, which is synced without
     * SPDK.
     */
    void flush() {
        long status = Reactor.awaited(reactor.submit(text, ticket -> OrderedNative.flush(ticket, text.address())));
        Errno.require(status, "flush " + name);
    }

    /**
     * Whether the device writes no more metadata because a flush of metadata has failed: SPDK takes that metadata for
     * not written, but it may be on the medium. The medium is as a kill would leave it, and the next start repairs it.
     */
    public boolean isHalted() {
        long status = Reactor.awaited(reactor.submit(text, ticket -> OrderedNative.halted(ticket, text.address())));
        return Errno.require(status, "look at " + name) > 0;
    }

    /** Unloads the store, and releases the base. Does nothing if this device disappeared together with its base. */
    void end() {
        long status = Reactor.awaited(reactor.submit(text, ticket -> OrderedNative.end(ticket, text.address())));
        if (status != -Errno.ENODEV) {
            Errno.require(status, "end " + name);
        }
    }
}
