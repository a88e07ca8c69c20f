// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.api.image;

import io.scrubjay.api.answer.GeneratedBody;
import io.scrubjay.api.answer.JsonItems;
import io.scrubjay.block.ClusterMap;
import io.scrubjay.block.ClusterSize;

import java.util.stream.Stream;

/** The JSON form of a map of allocated clusters. Immutable. */
final class ClustersJson {
    private final String head;
    private final ClusterMap allocated;

    ClustersJson(ClusterSize clusterSize, long totalClusters, ClusterMap allocated) {
        this.head = "{\"clusterSizeBytes\":" + clusterSize.bytes()
                + ",\"totalClusters\":" + totalClusters
                + ",\"allocated\":[";
        this.allocated = allocated;
    }

    GeneratedBody.Source source() {
        return new JsonItems(head, runs().iterator());
    }

    long lengthBytes() {
        return JsonItems.lengthBytes(
                head, allocated.runs().size(), runs().mapToLong(String::length).sum());
    }

    private Stream<String> runs() {
        return allocated.runs().stream().map(run -> "[" + run.first() + "," + run.count() + "]");
    }
}
