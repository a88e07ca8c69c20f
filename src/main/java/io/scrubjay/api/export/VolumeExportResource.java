// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.api.export;

import io.scrubjay.access.Role;
import io.scrubjay.api.lookup.NamedVolumes;
import io.scrubjay.engine.Access;
import io.scrubjay.volume.Exports;
import io.scrubjay.volume.NamedVolume;
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

/** {@code /v1/volumes/{name}/export}. Stateless; on workers, for the device. */
@Path("/v1/volumes/{name}/export")
@Tag(name = "Exports")
@Produces(MediaType.APPLICATION_JSON)
@Blocking
public class VolumeExportResource {
    private final Exports exports;
    private final NamedVolumes volumes;

    VolumeExportResource(Exports exports, NamedVolumes volumes) {
        this.exports = exports;
        this.volumes = volumes;
    }

    @GET
    @RolesAllowed(Role.READ_NAME)
    @Operation(summary = "Where a volume is exported")
    @APIResponse(responseCode = "200", content = @Content(schema = @Schema(implementation = ExportView.class)))
    public ExportView find(@PathParam("name") String name) {
        NamedVolume volume = volumes.get(name);
        return ExportView.required(exports.find(volume), volume);
    }

    @POST
    @RolesAllowed(Role.ADMIN_NAME)
    @Consumes(MediaType.APPLICATION_JSON)
    @Operation(
            summary = "Export a volume over NVMe/TCP, for reading and writing",
            description =
                    "The export lasts until it is ended or the agent stops. Repeating the request returns the same"
                            + " export.")
    @APIResponse(responseCode = "200", content = @Content(schema = @Schema(implementation = ExportView.class)))
    public ExportView export(@PathParam("name") String name, ExportOrder order) {
        NamedVolume volume = volumes.get(name);
        ExportOrder.required(order).require(Access.WRITE);
        return ExportView.of(exports.export(volume));
    }

    @DELETE
    @RolesAllowed(Role.ADMIN_NAME)
    @Operation(summary = "End the export")
    @APIResponse(responseCode = "204", description = "it is not exported any more")
    public void end(@PathParam("name") String name) {
        exports.end(volumes.get(name));
    }
}
