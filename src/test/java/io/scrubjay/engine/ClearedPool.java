// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.engine;

import org.awaitility.Awaitility;

import java.time.Duration;

/** Waits for what an engine does in the background; until then, what is being cleared counts as free before it is taken. */
public final class ClearedPool {
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private ClearedPool() {}

    /** Returns when no free cluster is still to be cleared. */
    public static void await(StorageEngine engine) {
        Awaitility.await("clearing")
                .pollInSameThread()
                .pollDelay(Duration.ZERO)
                .pollInterval(Duration.ofMillis(5))
                .atMost(PATIENCE)
                .until(() -> engine.usage().unclearedClusters() == 0);
    }
}
