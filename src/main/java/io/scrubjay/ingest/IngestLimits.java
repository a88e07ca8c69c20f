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
 * @param windowsPerIngestMax windows that one ingest may use at once
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
    /**
     * The number of windows in addition to one per ingest: without them, the half-filled windows of slow senders could
     * block all others.
     */
    private static final int WINDOWS_SPARE = 2;

    public IngestLimits {
        requirePositive("concurrency-max", concurrencyMax);
        requirePositive("windows-per-ingest-max", windowsPerIngestMax);
        if (windowsMax < concurrencyMax + WINDOWS_SPARE) {
            throw new IllegalArgumentException(concurrencyMax + " ingests need " + (concurrencyMax + WINDOWS_SPARE)
                    + " windows at least, not " + windowsMax);
        }
        if (idleTimeout.isNegative() || idleTimeout.isZero()) {
            throw new IllegalArgumentException("idle-timeout must be positive, such as 60s, not " + idleTimeout);
        }
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
        if (windowsMax < 1 + WINDOWS_SPARE) {
            throw new IllegalArgumentException("scrubjay.ingest.memory-max must be at least "
                    + new ByteSize((long) windowBytes * (1 + WINDOWS_SPARE)) + " with clusters of " + clusterSize);
        }
        return new IngestLimits(
                Math.min(config.concurrencyMax(), windowsMax - WINDOWS_SPARE),
                windowsMax,
                windowBytes,
                config.windowsPerIngestMax(),
                config.idleTimeout(),
                virtualSizeMax);
    }
}
