// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.api.image;

import io.quarkus.runtime.annotations.RegisterForReflection;
import io.scrubjay.access.Role;
import io.scrubjay.api.answer.OutgoingBody;
import io.scrubjay.image.Image;
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
import org.eclipse.microprofile.openapi.annotations.security.SecurityRequirement;
import org.jboss.resteasy.reactive.RestResponse;

import java.util.function.Function;

/**
 * What proves an image or a snapshot, and where it lies: its manifest and its clusters; the subclasses say which kind. Texts
 * in braces are an image's: the document has them for each kind ({@code io.scrubjay.api.KindTexts}). Stateless.
 *
 * <p>{@link RolesAllowed} is what holds for requests, and {@link SecurityRequirement} says the same in the document: there the
 * framework does not find the role of an inherited method by itself. Nor does it keep such a method for reflection in a native
 * executable, where the filters of each request ask for it.
 */
@RegisterForReflection(fields = false)
public abstract class ProofResource {
    private final Function<String, Image> named;
    private final ProofAnswers answers;

    ProofResource(Function<String, Image> named, ProofAnswers answers) {
        this.named = named;
        this.answers = answers;
    }

    @GET
    @RolesAllowed(Role.READ_NAME)
    @SecurityRequirement(name = "bearer", scopes = Role.READ_NAME)
    @Path("{name}/manifest")
    @Blocking
    @Produces(MediaType.APPLICATION_JSON)
    @Operation(summary = "{An image}'s manifest: the digests of all chunks that are not all zeroes")
    @APIResponse(
            responseCode = "200",
            content = {
                @Content(mediaType = MediaType.APPLICATION_JSON, schema = @Schema(implementation = ManifestView.class)),
                @Content(
                        mediaType = ProofAnswers.MANIFEST_MEDIA_TYPE,
                        schema = @Schema(type = SchemaType.STRING, format = "binary"))
            })
    public OutgoingBody manifest(@PathParam("name") String name) {
        return answers.manifest(named.apply(name));
    }

    @GET
    @RolesAllowed(Role.READ_NAME)
    @SecurityRequirement(name = "bearer", scopes = Role.READ_NAME)
    @Path("{name}/manifest")
    @Blocking
    @Produces(ProofAnswers.MANIFEST_MEDIA_TYPE + ";qs=0.5")
    @Operation(hidden = true)
    public RestResponse<OutgoingBody> binaryManifest(@PathParam("name") String name) {
        return answers.binaryManifest(named.apply(name));
    }

    @GET
    @RolesAllowed(Role.READ_NAME)
    @SecurityRequirement(name = "bearer", scopes = Role.READ_NAME)
    @Path("{name}/clusters")
    @Blocking
    @Produces(MediaType.APPLICATION_JSON)
    @Operation(summary = "Which clusters of the pool {an image occupies}")
    @APIResponse(
            responseCode = "200",
            content =
                    @Content(
                            mediaType = MediaType.APPLICATION_JSON,
                            schema = @Schema(implementation = ClustersView.class)))
    public OutgoingBody clusters(@PathParam("name") String name) {
        return answers.clusters(named.apply(name));
    }
}
