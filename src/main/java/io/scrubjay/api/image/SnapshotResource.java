// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.api.image;

import io.scrubjay.access.Role;
import io.scrubjay.api.lookup.ListQuery;
import io.scrubjay.api.lookup.ListStates;
import io.scrubjay.api.lookup.NamedImages;
import io.scrubjay.image.Image;
import io.scrubjay.image.ImageCatalog;
import io.scrubjay.image.ImageDeletion;
import io.scrubjay.image.ImageKind;
import io.scrubjay.image.ImageState;
import io.scrubjay.refusal.Refusal;
import io.scrubjay.refusal.RefusedException;
import io.smallrye.common.annotation.Blocking;
import io.smallrye.common.annotation.NonBlocking;
import jakarta.annotation.security.RolesAllowed;
import jakarta.ws.rs.DELETE;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.MediaType;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.enums.ParameterIn;
import org.eclipse.microprofile.openapi.annotations.media.Content;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.parameters.Parameter;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;
import org.jboss.resteasy.reactive.RestResponse;

import java.util.List;

/** {@code /v1/snapshots}: lists, shows and deletes snapshots of volumes. Stateless. */
@Path("/v1/snapshots")
@Tag(name = "Snapshots", description = "Snapshots: volumes as they were at one moment, with checksums like images")
@Produces(MediaType.APPLICATION_JSON)
public class SnapshotResource {
    private final ImageCatalog catalog;
    private final NamedImages images;
    private final ImageDeletion deletion;

    SnapshotResource(ImageCatalog catalog, NamedImages images, ImageDeletion deletion) {
        this.catalog = catalog;
        this.images = images;
        this.deletion = deletion;
    }

    @GET
    @RolesAllowed(Role.READ_NAME)
    @NonBlocking
    @Operation(summary = "All snapshots of volumes, by name")
    public RestResponse<List<SnapshotView>> list(
            @QueryParam(ListQuery.LIMIT) String limit,
            @QueryParam(ListQuery.AFTER) String after,
            @QueryParam(ListQuery.STATE) String state,
            @QueryParam(ListQuery.NAME) String name) {
        return SnapshotList.page(
                "/v1/snapshots",
                ListQuery.ofNamed(ListStates.SNAPSHOTS, limit, after, state, name),
                catalog.list(ImageKind.SNAPSHOT).stream(),
                catalog);
    }

    @GET
    @RolesAllowed(Role.READ_NAME)
    @Path("{name}")
    @NonBlocking
    @Operation(summary = "One snapshot")
    @APIResponse(responseCode = "200", content = @Content(schema = @Schema(implementation = SnapshotView.class)))
    public SnapshotView snapshot(@PathParam("name") String name) {
        return SnapshotView.of(images.snapshot(name), catalog);
    }

    @DELETE
    @RolesAllowed(Role.ADMIN_NAME)
    @Path("{name}")
    @Blocking
    @Operation(
            summary = "Delete a snapshot; the volume it was taken of, and its later snapshots, stay as they are",
            description = "Refused while a clone depends on it.")
    @Parameter(
            name = HttpHeaders.IF_MATCH,
            in = ParameterIn.HEADER,
            schema = @Schema(implementation = String.class),
            description = "Entity tags; 412 unless the content's is among them.")
    @APIResponse(responseCode = "204", description = "deleted: nothing of it is left, and its name is free")
    public void delete(@PathParam("name") String name, @Context HttpHeaders request) throws InterruptedException {
        Image snapshot = images.snapshot(name);
        Preconditions.of(request).require(snapshot);
        if (!(snapshot.state() instanceof ImageState.Committed)) {
            throw new RefusedException(Refusal.BUSY, snapshot + " is still being taken; try again when it is ready");
        }
        deletion.delete(snapshot);
    }
}
