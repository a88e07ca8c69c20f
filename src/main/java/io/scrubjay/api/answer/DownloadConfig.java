// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.api.answer;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;

import java.time.Duration;

/** Limits on downloads. */
@ConfigMapping(prefix = "scrubjay.download")
public interface DownloadConfig {
    /** How many downloads may run at once; one more is refused as {@code busy}. */
    @WithDefault("8")
    int concurrencyMax();

    /** How many mebibytes of one image may be in memory: those being sent, and those read ahead. */
    @WithDefault("3")
    int windowsPerDownload();

    /** A client that reads nothing of its download or event stream for this long is cut off. */
    @WithDefault("60s")
    Duration stallTimeout();
}
