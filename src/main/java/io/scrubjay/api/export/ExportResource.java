// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.api.export;

import io.quarkus.runtime.annotations.RegisterForReflection;
import io.scrubjay.access.Role;
import io.scrubjay.api.body.JsonBody;
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
import org.eclipse.microprofile.openapi.annotations.security.SecurityRequirement;

/**
 * {@code /v1/…/{name}/export}, of whatever kind; the subclasses say which. Texts in braces are an image's: the document has
 * them for each kind ({@code io.scrubjay.api.KindTexts}). Stateless; on workers, for the device.
 *
 * <p>{@link RolesAllowed} is what holds for requests, and {@link SecurityRequirement} says the same in the document: there the
 * framework does not find the role of an inherited method by itself. Nor does it keep such a method for reflection in a native
 * executable, where the filters of each request ask for it.
 */
@RegisterForReflection(fields = false)
public abstract class ExportResource<T> {
    private final Exportable<T> exportable;

    ExportResource(Exportable<T> exportable) {
        this.exportable = exportable;
    }

    @GET
    @RolesAllowed(Role.READ_NAME)
    @SecurityRequirement(name = "bearer", scopes = Role.READ_NAME)
    @Path("{name}/export")
    @Blocking
    @Produces(MediaType.APPLICATION_JSON)
    @Operation(summary = "Where {an image} is exported")
    @APIResponse(responseCode = "200", content = @Content(schema = @Schema(implementation = ExportView.class)))
    public ExportView find(@PathParam("name") String name) {
        T named = exportable.named().apply(name);
        return ExportView.required(exportable.find().apply(named), named);
    }

    @POST
    @RolesAllowed(Role.ADMIN_NAME)
    @SecurityRequirement(name = "bearer", scopes = Role.ADMIN_NAME)
    @Path("{name}/export")
    @Blocking
    @Consumes(MediaType.APPLICATION_JSON)
    @Produces(MediaType.APPLICATION_JSON)
    @Operation(
            summary = "Export {an image} over NVMe/TCP, for {reading}",
            description =
                    "The export lasts until it is ended or the agent stops. Repeating the request returns the same"
                            + " export.")
    @APIResponse(responseCode = "200", content = @Content(schema = @Schema(implementation = ExportView.class)))
    public ExportView export(@PathParam("name") String name, ExportOrder order) {
        T named = exportable.named().apply(name);
        JsonBody.required(order).require(exportable.access());
        return ExportView.of(exportable.export().apply(named));
    }

    @DELETE
    @RolesAllowed(Role.ADMIN_NAME)
    @SecurityRequirement(name = "bearer", scopes = Role.ADMIN_NAME)
    @Path("{name}/export")
    @Blocking
    @Operation(summary = "End the export")
    @APIResponse(responseCode = "204", description = "it is not exported any more")
    public void end(@PathParam("name") String name) {
        exportable.end().accept(exportable.named().apply(name));
    }
}
