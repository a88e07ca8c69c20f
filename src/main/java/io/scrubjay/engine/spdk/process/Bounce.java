// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.engine.spdk.process;

import io.scrubjay.block.ByteSize;
import io.scrubjay.block.ClusterSize;
import io.scrubjay.engine.EngineException;
import io.scrubjay.engine.Errno;

import java.util.Optional;

/**
 * The memory through which payload goes to and from a device that does not reach Java's: a device on the PCI bus reaches
 * only what SPDK took for it. A few slots of a cluster each, taken when the pool is opened; a request that finds none free
 * waits for the first that is. One in a process. Thread-safe; open and close block.
 */
public final class Bounce implements AutoCloseable {
    /** In all; and so many slots at least, however large. */
    private static final int BYTES = 16 << 20;

    private static final int SLOTS_MIN = 4;

    private final Reactor reactor;

    private Bounce(Reactor reactor) {
        this.reactor = reactor;
    }

    /**
     * Takes the memory.
     *
     * @throws EngineException.PoolUnusable when there is not so much, or another pool of this process bounces
     */
    public static Bounce open(Reactor reactor, ClusterSize clusterSize) {
        int slots = Math.max(SLOTS_MIN, BYTES / clusterSize.bytes());
        long result =
                Reactor.awaited(reactor.submit(ticket -> SpdkNative.bounceOpen(ticket, clusterSize.bytes(), slots)));
        if (result == -Errno.ENOMEM) {
            ByteSize all = new ByteSize((long) slots * clusterSize.bytes());
            throw new EngineException.PoolUnusable(
                    "SPDK has no " + all + " of contiguous memory for transfers to and from the device",
                    "give it more: scrubjay.spdk.memory",
                    Optional.empty());
        }
        if (result == -Errno.EBUSY) {
            throw new EngineException.PoolUnusable(
                    "another pool of this process is on an NVMe device", "close it first", Optional.empty());
        }
        Errno.require(result, "take memory to bounce in");
        return new Bounce(reactor);
    }

    /** Gives the memory back; no handle that bounces is open any more. */
    @Override
    public void close() {
        Errno.require(Reactor.awaited(reactor.submit(SpdkNative::bounceClose)), "give back memory to bounce in");
    }
}
