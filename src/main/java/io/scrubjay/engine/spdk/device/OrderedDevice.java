// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.engine.spdk.device;

import io.scrubjay.engine.Errno;
import io.scrubjay.engine.spdk.ondisk.SuperBlock;
import io.scrubjay.engine.spdk.process.NativeText;
import io.scrubjay.engine.spdk.process.Reactor;

import java.nio.file.Path;
import java.util.Optional;

/**
 * INVARIANT I-5, I-6: the block device that a store lies on, between it and SPDK's own. A store never flushes; here each
 * write to its metadata waits until all that the device answered before is on the medium, and is answered when it is there
 * itself. So a device that loses its cache with the power leaves what a kill would leave. How: {@code order.c}.
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
     * Makes one, which takes its base for itself. All of it counts as metadata at first.
     *
     * @param base SPDK's name of the device below
     * @param file what that is to the kernel, where it is synced; none for an NVMe namespace, which is sent flushes
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

    /** What SPDK calls it. */
    String name() {
        return name;
    }

    /** Says what is metadata of this store: writes to its data are not held back. Before any data is written. */
    public void holds(SuperBlock store) {
        long data = store.metadataClusters() * store.clusterBytes();
        long status = Reactor.awaited(
                reactor.submit(text, ticket -> OrderedNative.data(ticket, text.address(), data, store.clusterBytes())));
        Errno.require(status, "tell where data begins on " + name);
    }

    /** Makes durable whatever the NVMe namespace below has answered. Not for a file, which is synced beside SPDK. */
    void flush() {
        long status = Reactor.awaited(reactor.submit(text, ticket -> OrderedNative.flush(ticket, text.address())));
        Errno.require(status, "flush " + name);
    }

    /**
     * Whether no metadata is written any more, because a flush of some has failed: SPDK takes it for not written, and it may
     * be on the medium. What a kill would leave is there, and the next start finds it.
     */
    public boolean isHalted() {
        long status = Reactor.awaited(reactor.submit(text, ticket -> OrderedNative.halted(ticket, text.address())));
        return Errno.require(status, "look at " + name) > 0;
    }

    /** Unloads the store, and gives the base free. Nothing to do where the base has gone, and has taken it along. */
    void end() {
        long status = Reactor.awaited(reactor.submit(text, ticket -> OrderedNative.end(ticket, text.address())));
        if (status != -Errno.ENODEV) {
            Errno.require(status, "end " + name);
        }
    }
}
