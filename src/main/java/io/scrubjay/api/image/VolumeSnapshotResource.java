// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.api.image;

import io.scrubjay.access.Role;
import io.scrubjay.api.body.JsonBody;
import io.scrubjay.api.lookup.ListQuery;
import io.scrubjay.api.lookup.ListStates;
import io.scrubjay.api.lookup.NamedVolumes;
import io.scrubjay.image.Image;
import io.scrubjay.image.ImageCatalog;
import io.scrubjay.volume.NamedVolume;
import io.scrubjay.volume.Snapshots;
import io.smallrye.common.annotation.Blocking;
import jakarta.annotation.security.RolesAllowed;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.media.Content;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;
import org.jboss.resteasy.reactive.RestResponse;

import java.net.URI;
import java.util.List;

/**
 * {@code /v1/volumes/{name}/snapshots}: lists a volume's snapshots, and takes new ones. Stateless; runs on workers,
 * since it waits for the device.
 */
@Path("/v1/volumes/{name}/snapshots")
@Tag(name = "Volumes")
@Produces(MediaType.APPLICATION_JSON)
@Blocking
public class VolumeSnapshotResource {
    private final NamedVolumes volumes;
    private final Snapshots snapshots;
    private final ImageCatalog images;

    VolumeSnapshotResource(NamedVolumes volumes, Snapshots snapshots, ImageCatalog images) {
        this.volumes = volumes;
        this.snapshots = snapshots;
        this.images = images;
    }

    @GET
    @RolesAllowed(Role.READ_NAME)
    @Operation(
            summary = "The snapshots that were taken of a volume, by name",
            description = "A snapshot whose manifest is damaged does not say which volume it was taken of; only"
                    + " `/v1/snapshots` lists it.")
    public RestResponse<List<SnapshotView>> list(
            @PathParam("name") String volume,
            @QueryParam(ListQuery.LIMIT) String limit,
            @QueryParam(ListQuery.AFTER) String after,
            @QueryParam(ListQuery.STATE) String state,
            @QueryParam(ListQuery.NAME) String name) {
        NamedVolume of = volumes.get(volume);
        return SnapshotList.page(
                "/v1/volumes/" + of.name() + "/snapshots",
                ListQuery.ofNamed(ListStates.SNAPSHOTS, limit, after, state, name),
                SnapshotList.of(of.id(), images),
                images);
    }

    @POST
    @RolesAllowed(Role.ADMIN_NAME)
    @Consumes(MediaType.APPLICATION_JSON)
    @Operation(
            summary = "Take a snapshot of a volume",
            description =
                    "Answered when its manifest is computed and stored. For that the agent reads only what may have"
                            + " changed since the volume's latest snapshot, or since the image it was cloned from.")
    @APIResponse(responseCode = "201", content = @Content(schema = @Schema(implementation = SnapshotView.class)))
    public Response take(@PathParam("name") String name, SnapshotOrder order) {
        NamedVolume volume = volumes.get(name);
        Image snapshot = snapshots.take(volume, JsonBody.required(order).parsedName());
        return Response.created(URI.create("/v1/snapshots/" + snapshot.name()))
                .entity(SnapshotView.of(snapshot, images))
                .build();
    }
}
