// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.source.qcow2;

/**
 * How much memory one reader may use besides its buffers, which are at most ten clusters. All readers share a budget
 * besides: {@link io.scrubjay.source.MemoryBudget}.
 *
 * @param runsMax how many runs may wait, at 24 bytes each; besides them half as many tables may wait or be put off
 * @param pageBytes the unit in which the shelf keeps bytes; a cluster if that is larger
 * @param shelfBytes how many bytes the shelf may hold; four pages if that is more
 * @param chunksMax how many chunks of 4 KiB may say which clusters are in use, and as many which are compressed
 */
record Limits(int runsMax, int pageBytes, int shelfBytes, int chunksMax) {
    /**
     * About 30 MiB at worst, and 3 MiB for files as QEMU writes them. It is enough for one pass over 16 GiB of clusters
     * of 64 KiB in random order, for one table full of compressed clusters of any size, and for files of 4 TiB with
     * clusters of 64 KiB.
     */
    static final Limits USUAL = new Limits(300_000, 256 << 10, 2 << 20, 2048);

    int tablesMax() {
        return runsMax / 2;
    }
}
