// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.api.export;

import io.scrubjay.access.Role;
import io.scrubjay.api.lookup.NamedImages;
import io.scrubjay.engine.Access;
import io.scrubjay.image.Image;
import io.scrubjay.volume.Exports;
import io.smallrye.common.annotation.Blocking;
import jakarta.annotation.security.RolesAllowed;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.DELETE;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.media.Content;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;

/** {@code /v1/snapshots/{name}/export}. Stateless; on workers, for the device. */
@Path("/v1/snapshots/{name}/export")
@Tag(name = "Exports")
@Produces(MediaType.APPLICATION_JSON)
@Blocking
public class SnapshotExportResource {
    private final Exports exports;
    private final NamedImages images;

    SnapshotExportResource(Exports exports, NamedImages images) {
        this.exports = exports;
        this.images = images;
    }

    @GET
    @RolesAllowed(Role.READ_NAME)
    @Operation(summary = "Where a snapshot is exported")
    @APIResponse(responseCode = "200", content = @Content(schema = @Schema(implementation = ExportView.class)))
    public ExportView find(@PathParam("name") String name) {
        Image snapshot = images.snapshot(name);
        return ExportView.required(exports.find(snapshot), snapshot);
    }

    @POST
    @RolesAllowed(Role.ADMIN_NAME)
    @Consumes(MediaType.APPLICATION_JSON)
    @Operation(
            summary = "Export a snapshot over NVMe/TCP, for reading",
            description =
                    "The export lasts until it is ended or the agent stops. Repeating the request returns the same"
                            + " export.")
    @APIResponse(responseCode = "200", content = @Content(schema = @Schema(implementation = ExportView.class)))
    public ExportView export(@PathParam("name") String name, ExportOrder order) {
        Image snapshot = images.snapshot(name);
        ExportOrder.required(order).require(Access.READ);
        return ExportView.of(exports.export(snapshot));
    }

    @DELETE
    @RolesAllowed(Role.ADMIN_NAME)
    @Operation(summary = "End the export")
    @APIResponse(responseCode = "204", description = "it is not exported any more")
    public void end(@PathParam("name") String name) {
        exports.end(images.snapshot(name));
    }
}
