package io.scrubjay.api;

import io.scrubjay.block.ClusterMap;
import io.scrubjay.block.ClusterSize;
import io.scrubjay.engine.StorageEngine;
import io.scrubjay.engine.VolumeName;
import io.scrubjay.image.CommittedManifests;
import io.scrubjay.image.Image;
import io.scrubjay.image.ReadLease;
import io.scrubjay.manifest.ManifestEncoder;
import io.scrubjay.manifest.PoolNames;
import io.smallrye.common.annotation.Blocking;
import io.smallrye.mutiny.infrastructure.Infrastructure;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.media.Content;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;

import java.util.OptionalLong;

/** What proves an image, and where it lies: its manifest and its clusters. Stateless. */
@Path("/v1/images")
@Tag(name = "Images")
public class ImageProofResource {
    static final String MANIFEST_MEDIA_TYPE = "application/vnd.scrubjay.manifest";

    private final NamedImages images;
    private final CommittedManifests manifests;
    private final StorageEngine engine;

    ImageProofResource(NamedImages images, CommittedManifests manifests, StorageEngine engine) {
        this.images = images;
        this.manifests = manifests;
        this.engine = engine;
    }

    @GET
    @Path("{name}/manifest")
    @Blocking
    @Produces(MediaType.APPLICATION_JSON)
    @Operation(summary = "An image's manifest: the digests of all its chunks that are not zero")
    @APIResponse(
            responseCode = "200",
            content =
                    @Content(
                            mediaType = MediaType.APPLICATION_JSON,
                            schema = @Schema(implementation = ManifestView.class)))
    @APIResponse(
            responseCode = "409",
            description = "`image-not-ready`",
            content = @Content(mediaType = Problem.MEDIA_TYPE, schema = @Schema(implementation = Problem.class)))
    public OutgoingBody manifest(@PathParam("name") String name) {
        return generated(ManifestJson.of(manifests.of(images.get(name))), OptionalLong.empty());
    }

    @GET
    @Path("{name}/manifest")
    @Blocking
    @Produces(MANIFEST_MEDIA_TYPE + ";qs=0.5")
    @Operation(hidden = true)
    public OutgoingBody binaryManifest(@PathParam("name") String name) {
        ManifestEncoder encoder = new ManifestEncoder(manifests.of(images.get(name)));
        return generated(encoder::encode, OptionalLong.of(encoder.totalBytes()));
    }

    @GET
    @Path("{name}/clusters")
    @Blocking
    @Produces(MediaType.APPLICATION_JSON)
    @Operation(summary = "Which clusters of the pool an image occupies")
    @APIResponse(
            responseCode = "200",
            content =
                    @Content(
                            mediaType = MediaType.APPLICATION_JSON,
                            schema = @Schema(implementation = ClustersView.class)))
    @APIResponse(
            responseCode = "409",
            description = "`image-not-ready`",
            content = @Content(mediaType = Problem.MEDIA_TYPE, schema = @Schema(implementation = Problem.class)))
    public OutgoingBody clusters(@PathParam("name") String name) {
        Image image = images.get(name);
        ClusterSize clusterSize = engine.traits().clusterSize();
        try (ReadLease lease = image.leaseForScrub()) {
            VolumeName snapshot = PoolNames.snapshot(lease.image().id());
            // A snapshot that somebody took out of the pool has no cluster left; its manifest still says how many.
            ClusterMap allocated = engine.find(snapshot).isPresent() ? engine.allocated(snapshot) : ClusterMap.empty();
            long totalClusters = clusterSize.clustersIn(manifests.of(image).lengthBytes());
            return generated(ClustersJson.of(clusterSize, totalClusters, allocated), OptionalLong.empty());
        }
    }

    private static OutgoingBody generated(GeneratedBody.Source source, OptionalLong lengthBytes) {
        return new GeneratedBody(source, lengthBytes, Infrastructure.getDefaultWorkerPool());
    }
}
