// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.api;

import io.scrubjay.block.ClusterMap;
import io.scrubjay.block.ClusterSize;

/** The JSON form of a map of allocated clusters. */
final class ClustersJson {
    private ClustersJson() {}

    static GeneratedBody.Source of(ClusterSize clusterSize, long totalClusters, ClusterMap allocated) {
        String head = "{\"clusterSizeBytes\":" + clusterSize.bytes()
                + ",\"totalClusters\":" + totalClusters
                + ",\"allocated\":[";
        return new JsonItems(
                head,
                allocated.runs().stream()
                        .map(run -> "[" + run.first() + "," + run.count() + "]")
                        .iterator());
    }
}
