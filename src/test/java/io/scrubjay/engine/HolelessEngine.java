// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.engine;

import io.scrubjay.block.ClusterMap;

/** Does not know which clusters hold data, as on a file system without holes: all do. As thread-safe as its delegate. */
public final class HolelessEngine extends ForwardingEngine {
    public HolelessEngine(StorageEngine delegate) {
        super(delegate);
    }

    @Override
    public ClusterMap allocated(VolumeName name) {
        VolumeSummary volume = find(name).orElseThrow(() -> new EngineException.VolumeNotFound(name));
        return ClusterMap.builder()
                .add(0, traits().clusterSize().clustersIn(volume.sizeBytes()))
                .build();
    }
}
