// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.engine.spdk.process;

/**
 * How SPDK's one thread runs. The first pool of a process decides, since SPDK starts only once.
 *
 * @param core the processor that it runs on
 * @param memoryMib how much memory SPDK takes at its start
 * @param memory where this memory comes from
 * @param mode how it waits for work
 */
public record ReactorOptions(int core, int memoryMib, Memory memory, Mode mode) {
    /** 64 MiB of ordinary memory, which is enough with {@link FrameworkConfig}'s pools; asleep when there is no work. */
    public static final ReactorOptions DEFAULT = new ReactorOptions(0, 64, Memory.ORDINARY, Mode.INTERRUPT);

    /** Where SPDK's memory comes from. */
    public enum Memory {
        /** Ordinary pages: no privileges, and no PCI devices. */
        ORDINARY,
        /** Hugepages, which PCI devices need. */
        HUGEPAGES
    }

    /** How the thread waits for work. */
    public enum Mode {
        /** Sleeps until there is work. */
        INTERRUPT,
        /** Polls all the time, which keeps a core busy. */
        POLL
    }

    public ReactorOptions {
        if (core < 0 || memoryMib < 16) {
            throw new IllegalArgumentException(
                    "core must be a processor of this machine and memory at least 16M; they are " + core + " and "
                            + memoryMib + "M");
        }
    }
}
