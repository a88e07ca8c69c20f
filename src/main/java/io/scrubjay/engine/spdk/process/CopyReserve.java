// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.engine.spdk.process;

import io.scrubjay.block.ClusterSize;
import io.scrubjay.engine.EngineException;
import io.scrubjay.engine.Errno;

import java.util.Optional;

/**
 * A buffer of one cluster that is reserved for copy-on-write, for when connections of hosts take all other memory.
 * Without one, a copy-on-write would wait for a buffer for ever, without any error. One in a process, until the process
 * ends.
 */
public final class CopyReserve {
    private CopyReserve() {}

    /**
     * Makes sure that there is a buffer for clusters of this size. Thread-safe.
     *
     * @throws EngineException.PoolUnusable when SPDK has no memory left for it
     */
    public static void require(ClusterSize clusterSize) {
        int result = SpdkNative.reserve(clusterSize.bytes());
        if (result == -Errno.ENOMEM) {
            throw new EngineException.PoolUnusable(
                    "SPDK has too little memory for one cluster of " + clusterSize,
                    "give it more: scrubjay.spdk.memory",
                    Optional.empty());
        }
        Errno.require(result, "keep memory for a cluster");
    }
}
