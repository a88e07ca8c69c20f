// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.api.image;

import org.eclipse.microprofile.openapi.annotations.media.Schema;

import java.util.List;

/** The shape of {@link ClustersJson}, for the API's description only. */
@Schema(name = "Clusters")
record ClustersView(
        int clusterSizeBytes,
        long totalClusters,

        @Schema(description = "runs of adjacent clusters: the first cluster and their number")
        List<List<Long>> allocated) {}
