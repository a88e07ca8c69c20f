// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.api.image;

import io.scrubjay.access.Role;
import io.scrubjay.api.lookup.NamedImages;
import io.smallrye.common.annotation.Blocking;
import io.smallrye.common.annotation.NonBlocking;
import jakarta.annotation.security.RolesAllowed;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.HEAD;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.enums.SchemaType;
import org.eclipse.microprofile.openapi.annotations.media.Content;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;

/** {@code /v1/images/{name}/content}, the way out: an image's logical bytes. Stateless. */
@Path("/v1/images/{name}/content")
@Tag(name = "Images")
public class ImageContentResource {
    private final NamedImages images;
    private final ContentAnswers answers;

    ImageContentResource(NamedImages images, ContentAnswers answers) {
        this.images = images;
        this.answers = answers;
    }

    @GET
    @RolesAllowed(Role.READ_NAME)
    @Blocking
    @Produces(MediaType.APPLICATION_OCTET_STREAM)
    @Operation(
            summary = "An image's bytes, or a range of them",
            description = "Every chunk is compared with its stored checksum before it is sent. When one does not read"
                    + " as it was stored, the connection is cut: a complete response is a correct one.")
    @APIResponse(
            responseCode = "200",
            description = "everything",
            content =
                    @Content(
                            mediaType = MediaType.APPLICATION_OCTET_STREAM,
                            schema = @Schema(type = SchemaType.STRING, format = "binary")))
    @APIResponse(responseCode = "206", description = "the range")
    @APIResponse(responseCode = "304", description = "not modified: the client has the current bytes already")
    public Response content(@PathParam("name") String name, @Context HttpHeaders request) {
        return answers.get(images.get(name), request);
    }

    @HEAD
    @RolesAllowed(Role.READ_NAME)
    @NonBlocking
    @Produces(MediaType.APPLICATION_OCTET_STREAM)
    @Operation(summary = "What a GET would answer, without the bytes")
    public Response contentHead(@PathParam("name") String name, @Context HttpHeaders request) {
        return answers.head(images.get(name), request);
    }
}
