// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.api.upload;

import io.scrubjay.access.Role;
import io.scrubjay.api.image.ImageView;
import io.smallrye.common.annotation.NonBlocking;
import io.smallrye.mutiny.Uni;
import io.vertx.ext.web.RoutingContext;
import jakarta.annotation.security.RolesAllowed;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.enums.ParameterIn;
import org.eclipse.microprofile.openapi.annotations.enums.SchemaType;
import org.eclipse.microprofile.openapi.annotations.media.Content;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.media.SchemaProperty;
import org.eclipse.microprofile.openapi.annotations.parameters.Parameter;
import org.eclipse.microprofile.openapi.annotations.parameters.RequestBody;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;
import org.jboss.resteasy.reactive.server.Cancellable;

/** Uploads as clients of Longhorn and Harvester send them; {@link FormReception} does the work. Stateless. */
@ApplicationScoped
@Path("/v1/images")
@Tag(name = "Uploads")
public class LonghornUploadResource {
    private final FormReception reception;

    LonghornUploadResource(FormReception reception) {
        this.reception = reception;
    }

    /** It goes on when the connection ends meanwhile: somebody has to tell the ingest that was admitted. */
    @POST
    @RolesAllowed(Role.UPLOAD_NAME)
    @Path("{name}")
    @Consumes(MediaType.MULTIPART_FORM_DATA)
    @Produces(MediaType.WILDCARD) // Uploaders accept whatever they send; what is answered is JSON all the same.
    @NonBlocking
    @Cancellable(false)
    @Operation(
            summary = "Upload an image in the form that Longhorn's and Harvester's clients send",
            description = "For such clients, with this URL instead of theirs. The form has one part, the file, which is"
                    + " stored and proven as with PUT. It is answered with 200, since they accept no other status.")
    @RequestBody(
            required = true,
            content =
                    @Content(
                            mediaType = MediaType.MULTIPART_FORM_DATA,
                            schema =
                                    @Schema(
                                            type = SchemaType.OBJECT,
                                            requiredProperties = LonghornForm.FILE,
                                            properties =
                                                    @SchemaProperty(
                                                            name = LonghornForm.FILE,
                                                            type = SchemaType.STRING,
                                                            format = "binary",
                                                            description = "The file."))))
    @Parameter(
            name = LonghornForm.ACTION,
            in = ParameterIn.QUERY,
            required = true,
            schema =
                    @Schema(
                            type = SchemaType.STRING,
                            enumeration = {LonghornForm.UPLOAD}),
            description = "What to do with the image: `upload` is all there is.")
    @Parameter(
            name = UploadFields.SIZE,
            in = ParameterIn.QUERY,
            required = true,
            schema = @Schema(type = SchemaType.INTEGER, format = "int64", examples = "4096"),
            description = "The length of the file in bytes. The upload is refused if the file has another.")
    @Parameter(
            name = "Prefer",
            in = ParameterIn.HEADER,
            schema = @Schema(type = SchemaType.STRING, examples = "respond-async"),
            description =
                    "`respond-async`: answer 202 once the last byte is in. The image becomes ready, or fails, later.")
    @APIResponse(
            responseCode = "200",
            description = "the image is ready",
            content =
                    @Content(
                            mediaType = MediaType.APPLICATION_JSON,
                            schema = @Schema(implementation = ImageView.class)))
    @APIResponse(
            responseCode = "202",
            description = "with `Prefer: respond-async`: every byte has been received, and the image is being proven",
            content =
                    @Content(
                            mediaType = MediaType.APPLICATION_JSON,
                            schema = @Schema(implementation = ImageView.class)))
    public Uni<Response> upload(@PathParam("name") String name, @Context RoutingContext routing) {
        return reception.receiveLonghorns(name, routing);
    }
}
