// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.ingest;

import io.scrubjay.block.ByteSize;
import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;

import java.time.Duration;

/** Limits on ingests. */
@ConfigMapping(prefix = "scrubjay.ingest")
public interface IngestConfig {
    /** An upload that sends nothing for this long fails. Time in which the agent is not ready to receive does not count. */
    @WithDefault("60s")
    Duration idleTimeout();

    /**
     * How many uploads may run at once, including images that are fetched from URLs or made of complete resumable
     * uploads; one more is refused as {@code busy}.
     */
    @WithDefault("8")
    int concurrencyMax();

    /** Memory for the data of all uploads in progress together, without what decompressing needs. */
    @WithDefault("128M")
    ByteSize memoryMax();

    /**
     * How many windows of that memory, of a mebibyte or a cluster each, one upload may use at once for what it receives,
     * and as many for its disk.
     */
    @WithDefault("8")
    int windowsPerIngestMax();
}
