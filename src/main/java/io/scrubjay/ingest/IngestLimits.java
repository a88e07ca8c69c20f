// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.ingest;

import io.scrubjay.block.ByteSize;
import io.scrubjay.block.ClusterSize;
import io.scrubjay.flow.WindowPool;

import java.time.Duration;

/**
 * The limits of all ingests (I-7).
 *
 * @param concurrencyMax ingests at once
 * @param windowsMax windows of all ingests together
 * @param windowBytes the size of a window
 * @param windowsPerIngestMax windows that one ingest may use at once for bytes of its sender, and again as many for
 *     parts of its disk
 * @param idleTimeout how long a sender may be silent
 * @param virtualSizeMax the largest logical size of an image
 */
public record IngestLimits(
        int concurrencyMax,
        int windowsMax,
        int windowBytes,
        int windowsPerIngestMax,
        Duration idleTimeout,
        ByteSize virtualSizeMax) {
    /** The windows that each ingest needs at least: one for its sender, and one for its disk. */
    private static final int WINDOWS_EACH = 2;
    /**
     * The number of windows in addition to these: without one, the half-filled windows of slow senders could block all
     * others.
     */
    private static final int WINDOWS_SPARE = 1;

    public IngestLimits {
        requirePositive("concurrency-max", concurrencyMax);
        requirePositive("windows-per-ingest-max", windowsPerIngestMax);
        long needed = (long) WINDOWS_EACH * concurrencyMax + WINDOWS_SPARE;
        if (windowsMax < needed) {
            throw new IllegalArgumentException(
                    concurrencyMax + " ingests need " + needed + " windows at least, not " + windowsMax);
        }
        if (idleTimeout.isNegative() || idleTimeout.isZero()) {
            throw new IllegalArgumentException("idle-timeout must be positive, such as 60s, not " + idleTimeout);
        }
    }

    /**
     * How many windows one ingest may hold for parts of its disk. No other ingest and no sender uses these, so that an
     * ingest never waits for windows of others while it holds one of its sender.
     */
    int diskWindowsEach() {
        return Math.max(1, Math.min(windowsPerIngestMax, windowsMax / (WINDOWS_EACH * concurrencyMax)));
    }

    /** How many windows all ingests together may hold for parts of their disks. */
    int diskWindows() {
        return diskWindowsEach() * concurrencyMax;
    }

    /** How many windows are left for all senders together, and for reading back. */
    int senderWindows() {
        return windowsMax - diskWindows();
    }

    private static void requirePositive(String key, int value) {
        if (value < 1) {
            throw new IllegalArgumentException(key + " must be at least 1, not " + value);
        }
    }

    /**
     * The limits an administrator configured, for a pool of this cluster size. If there is not enough memory for that
     * many ingests, the limit is lower.
     *
     * @throws IllegalArgumentException when there is not even enough memory for one
     */
    public static IngestLimits of(IngestConfig config, ClusterSize clusterSize, ByteSize virtualSizeMax) {
        int windowBytes = WindowPool.windowBytesFor(clusterSize);
        int windowsMax = Math.toIntExact(Math.min(config.memoryMax().bytes() / windowBytes, Integer.MAX_VALUE));
        if (windowsMax < WINDOWS_EACH + WINDOWS_SPARE) {
            throw new IllegalArgumentException("scrubjay.ingest.memory-max must be at least "
                    + new ByteSize((long) windowBytes * (WINDOWS_EACH + WINDOWS_SPARE)) + " with clusters of "
                    + clusterSize);
        }
        return new IngestLimits(
                Math.min(config.concurrencyMax(), (windowsMax - WINDOWS_SPARE) / WINDOWS_EACH),
                windowsMax,
                windowBytes,
                config.windowsPerIngestMax(),
                config.idleTimeout(),
                virtualSizeMax);
    }
}
