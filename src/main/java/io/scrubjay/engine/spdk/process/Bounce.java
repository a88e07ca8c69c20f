// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.engine.spdk.process;

import io.scrubjay.block.ByteSize;
import io.scrubjay.block.ClusterSize;
import io.scrubjay.engine.EngineException;
import io.scrubjay.engine.Errno;

import java.util.Optional;

/**
 * Memory through which payload is copied to and from a device that cannot access Java's memory: a device on the PCI bus
 * accesses only SPDK's. It consists of a few slots of one cluster each, allocated when the pool is opened; a request
 * that finds no free slot waits for one. One in a process. Thread-safe; open and close block.
 */
public final class Bounce implements AutoCloseable {
    /** How much memory all slots take together, unless so few slots need more. */
    private static final int BYTES = 16 << 20;

    private static final int SLOTS_MIN = 4;

    private final Reactor reactor;

    private Bounce(Reactor reactor) {
        this.reactor = reactor;
    }

    /**
     * Allocates the memory.
     *
     * @throws EngineException.PoolUnusable when SPDK does not have enough, or another pool of this process uses a
     *     bounce
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

    /** Frees the memory. Call when no handle that bounces is open any more. */
    @Override
    public void close() {
        Errno.require(Reactor.awaited(reactor.submit(SpdkNative::bounceClose)), "give back memory to bounce in");
    }
}
