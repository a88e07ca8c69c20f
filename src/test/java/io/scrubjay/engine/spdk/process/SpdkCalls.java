// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.engine.spdk.process;

/** Requests to SPDK's thread that only tests make. Stateless. */
public final class SpdkCalls {
    private SpdkCalls() {}

    /** Asks SPDK's thread whether it is there; 0 when it is. */
    public static long ping(Reactor reactor) {
        return Reactor.awaited(reactor.submit(SpdkNative::ping));
    }

    /** Gives back the memory that payload bounces in, whoever has it; or {@code -errno}. */
    public static long closeBounce(Reactor reactor) {
        return Reactor.awaited(reactor.submit(SpdkNative::bounceClose));
    }

    /** How many requests can be under way at once. */
    public static int ticketCount() {
        return SpdkNative.tickets();
    }
}
