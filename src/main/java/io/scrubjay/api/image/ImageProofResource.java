// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.api.image;

import io.scrubjay.access.Role;
import io.scrubjay.api.answer.OutgoingBody;
import io.scrubjay.api.lookup.NamedImages;
import io.smallrye.common.annotation.Blocking;
import jakarta.annotation.security.RolesAllowed;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.enums.SchemaType;
import org.eclipse.microprofile.openapi.annotations.media.Content;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;
import org.jboss.resteasy.reactive.RestResponse;

/** What proves an image, and where it lies: its manifest and its clusters. Stateless. */
@Path("/v1/images")
@Tag(name = "Images")
public class ImageProofResource {
    private final NamedImages images;
    private final ProofAnswers answers;

    ImageProofResource(NamedImages images, ProofAnswers answers) {
        this.images = images;
        this.answers = answers;
    }

    @GET
    @RolesAllowed(Role.READ_NAME)
    @Path("{name}/manifest")
    @Blocking
    @Produces(MediaType.APPLICATION_JSON)
    @Operation(summary = "An image's manifest: the digests of all chunks that are not all zeroes")
    @APIResponse(
            responseCode = "200",
            content = {
                @Content(mediaType = MediaType.APPLICATION_JSON, schema = @Schema(implementation = ManifestView.class)),
                @Content(
                        mediaType = ProofAnswers.MANIFEST_MEDIA_TYPE,
                        schema = @Schema(type = SchemaType.STRING, format = "binary"))
            })
    public OutgoingBody manifest(@PathParam("name") String name) {
        return answers.manifest(images.get(name));
    }

    @GET
    @RolesAllowed(Role.READ_NAME)
    @Path("{name}/manifest")
    @Blocking
    @Produces(ProofAnswers.MANIFEST_MEDIA_TYPE + ";qs=0.5")
    @Operation(hidden = true)
    public RestResponse<OutgoingBody> binaryManifest(@PathParam("name") String name) {
        return answers.binaryManifest(images.get(name));
    }

    @GET
    @RolesAllowed(Role.READ_NAME)
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
    public OutgoingBody clusters(@PathParam("name") String name) {
        return answers.clusters(images.get(name));
    }
}
