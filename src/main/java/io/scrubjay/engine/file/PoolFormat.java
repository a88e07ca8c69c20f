// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.engine.file;

import io.scrubjay.block.ClusterSize;
import io.scrubjay.engine.EngineException;

import java.util.Map;
import java.util.Optional;

/**
 * The content of a pool's file {@code format}. Immutable.
 *
 * @param clusterSize the pool's allocation unit, fixed when the pool was created
 */
record PoolFormat(ClusterSize clusterSize) {
    static final int VERSION = 1;

    private static final String MAGIC = "scrubjay-pool";
    private static final String CLUSTER_SIZE = "cluster-size";

    byte[] encode() {
        return CheckedText.encode(MAGIC, VERSION, Map.of(CLUSTER_SIZE, Integer.toString(clusterSize.bytes())));
    }

    /** @throws EngineException.PoolUnusable for an unknown version, and for bytes that are not those of such a file */
    static PoolFormat decode(byte[] bytes) {
        try {
            CheckedText text = CheckedText.decode(MAGIC, VERSION, bytes);
            if (text.version() != VERSION) {
                throw new EngineException.PoolUnusable(
                        "the pool has format version " + text.version() + ", but this version of Scrubjay reads only "
                                + VERSION,
                        "use the version of Scrubjay that wrote it",
                        Optional.empty());
            }
            return new PoolFormat(new ClusterSize(Integer.parseInt(text.field(CLUSTER_SIZE))));
        } catch (DamagedException | IllegalArgumentException damaged) {
            throw new EngineException.PoolUnusable(
                    "the pool's file 'format' is damaged: " + damaged.getMessage(),
                    "restore that file; the volumes have not been touched",
                    Optional.of(damaged));
        }
    }
}
