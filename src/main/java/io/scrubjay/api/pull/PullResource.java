// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.api.pull;

import io.scrubjay.access.Role;
import io.scrubjay.api.body.JsonBody;
import io.scrubjay.api.image.ImageView;
import io.scrubjay.fetch.Fetches;
import io.scrubjay.image.Image;
import io.scrubjay.ingest.IngestOrder;
import io.smallrye.common.annotation.Blocking;
import jakarta.annotation.security.RolesAllowed;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.media.Content;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;

import java.net.URI;

/** {@code POST /v1/images}: takes images from elsewhere. Stateless. */
@Path("/v1/images")
@Tag(name = "Images")
public class PullResource {
    private final Fetches fetches;

    PullResource(Fetches fetches) {
        this.fetches = fetches;
    }

    @POST
    @RolesAllowed(Role.UPLOAD_NAME)
    @Blocking
    @Consumes(MediaType.APPLICATION_JSON)
    @Produces(MediaType.APPLICATION_JSON)
    @Operation(
            summary = "Create an image from a file that the agent fetches",
            description =
                    "The answer comes as soon as the agent begins; the image shows the progress, and why it failed"
                            + " if it did. Deleting the image cancels it.")
    @APIResponse(
            responseCode = "202",
            description = "the agent fetches the image; `Location` has its path",
            content = @Content(schema = @Schema(implementation = ImageView.class)))
    public Response create(ImageOrder sent) {
        ImageOrder order = JsonBody.required(sent);
        Image image = begin(order.ingest(), order.parsedSource());
        return Response.accepted(ImageView.of(image))
                .location(URI.create("/v1/images/" + image.name()))
                .build();
    }

    private Image begin(IngestOrder order, PullSource source) {
        if (source instanceof PullSource.Url url) {
            return fetches.begin(order, url.file());
        }
        throw new AssertionError(source.getClass());
    }
}
