// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.api.image;

import io.scrubjay.api.answer.GeneratedBody;
import io.scrubjay.api.answer.OutgoingBody;
import io.scrubjay.block.ClusterMap;
import io.scrubjay.block.ClusterSize;
import io.scrubjay.engine.StorageEngine;
import io.scrubjay.engine.VolumeName;
import io.scrubjay.image.CommittedManifests;
import io.scrubjay.image.Image;
import io.scrubjay.image.Lease;
import io.scrubjay.manifest.ManifestEncoder;
import io.smallrye.mutiny.infrastructure.Infrastructure;
import jakarta.inject.Singleton;
import org.jboss.resteasy.reactive.RestResponse;

/** What proves an image or snapshot, and where it lies. Stateless; blocks, for workers. */
@Singleton
class ProofAnswers {
    static final String MANIFEST_MEDIA_TYPE = "application/vnd.scrubjay.manifest";

    private final CommittedManifests manifests;
    private final StorageEngine engine;

    ProofAnswers(CommittedManifests manifests, StorageEngine engine) {
        this.manifests = manifests;
        this.engine = engine;
    }

    OutgoingBody manifest(Image image) {
        ManifestJson json = new ManifestJson(manifests.of(image));
        return generated(json.source(), json.lengthBytes());
    }

    RestResponse<OutgoingBody> binaryManifest(Image image) {
        ManifestEncoder encoder = new ManifestEncoder(manifests.of(image));
        OutgoingBody body = generated(encoder::encode, encoder.totalBytes());
        return RestResponse.ResponseBuilder.ok(body, MANIFEST_MEDIA_TYPE).build();
    }

    OutgoingBody clusters(Image image) {
        ClusterSize clusterSize = engine.traits().clusterSize();
        try (Lease<Image> lease = image.leaseForScrub()) {
            VolumeName snapshot = lease.leased().volume();
            // A snapshot that somebody took out of the pool has no cluster left; its manifest still says how many.
            ClusterMap allocated = engine.find(snapshot).isPresent() ? engine.allocated(snapshot) : ClusterMap.empty();
            long totalClusters = clusterSize.clustersIn(manifests.of(image).lengthBytes());
            ClustersJson json = new ClustersJson(clusterSize, totalClusters, allocated);
            return generated(json.source(), json.lengthBytes());
        }
    }

    private static OutgoingBody generated(GeneratedBody.Source source, long lengthBytes) {
        return new GeneratedBody(source, lengthBytes, Infrastructure.getDefaultWorkerPool());
    }
}
