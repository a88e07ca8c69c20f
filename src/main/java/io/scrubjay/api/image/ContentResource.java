// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.api.image;

import io.quarkus.runtime.annotations.RegisterForReflection;
import io.scrubjay.access.Role;
import io.scrubjay.image.Image;
import io.smallrye.common.annotation.Blocking;
import io.smallrye.common.annotation.NonBlocking;
import io.smallrye.mutiny.Uni;
import io.smallrye.mutiny.infrastructure.Infrastructure;
import io.vertx.core.Vertx;
import jakarta.annotation.security.RolesAllowed;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.HEAD;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.MultivaluedMap;
import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.core.UriInfo;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.enums.ParameterIn;
import org.eclipse.microprofile.openapi.annotations.enums.SchemaType;
import org.eclipse.microprofile.openapi.annotations.media.Content;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.parameters.Parameter;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.eclipse.microprofile.openapi.annotations.security.SecurityRequirement;

import java.util.Optional;
import java.util.function.Function;

/**
 * The way out: the logical bytes of an image or a snapshot, as they are or as a qcow2 file; the subclasses say which kind.
 * Texts in braces are an image's: the document has them for each kind ({@code io.scrubjay.api.KindTexts}). Stateless.
 *
 * <p>{@link RolesAllowed} is what holds for requests, and {@link SecurityRequirement} says the same in the document: there the
 * framework does not find the role of an inherited method by itself. Nor does it keep such a method for reflection in a native
 * executable, where the filters of each request ask for it.
 */
@RegisterForReflection(fields = false)
public abstract class ContentResource {
    private final Function<String, Image> named;
    private final ContentAnswers answers;

    ContentResource(Function<String, Image> named, ContentAnswers answers) {
        this.named = named;
        this.answers = answers;
    }

    @GET
    @RolesAllowed(Role.READ_NAME)
    @SecurityRequirement(name = "bearer", scopes = Role.READ_NAME)
    @Path("{name}/content")
    @Blocking
    @Produces(MediaType.APPLICATION_OCTET_STREAM)
    @Operation(
            summary = "{An image}'s bytes, or a range of them, or all of them as a qcow2 file",
            description = "Every chunk is compared with its stored checksum before it is sent. When one does not read"
                    + " as it was stored, the connection is cut: a complete response is a correct one.")
    @Parameter(
            name = "format",
            in = ParameterIn.QUERY,
            schema =
                    @Schema(
                            type = SchemaType.STRING,
                            enumeration = {"raw", "qcow2"},
                            defaultValue = "raw"),
            description = ContentForm.FORMAT_TEXT)
    @Parameter(
            name = "compression",
            in = ParameterIn.QUERY,
            schema =
                    @Schema(
                            type = SchemaType.STRING,
                            enumeration = {"none", "zstd"},
                            defaultValue = "none"),
            description = ContentForm.COMPRESSION_TEXT)
    @APIResponse(
            responseCode = "200",
            description = "everything",
            content =
                    @Content(
                            mediaType = MediaType.APPLICATION_OCTET_STREAM,
                            schema = @Schema(type = SchemaType.STRING, format = "binary")))
    @APIResponse(responseCode = "206", description = "the range")
    @APIResponse(responseCode = "304", description = "not modified: the client has the current bytes already")
    public Response content(@PathParam("name") String name, @Context UriInfo asked, @Context HttpHeaders request) {
        ContentForm form = form(asked);
        Image image = named.apply(name);
        return answers.get(image, form, request);
    }

    @HEAD
    @RolesAllowed(Role.READ_NAME)
    @SecurityRequirement(name = "bearer", scopes = Role.READ_NAME)
    @Path("{name}/content")
    @NonBlocking
    @Produces(MediaType.APPLICATION_OCTET_STREAM)
    @Operation(summary = "What a GET would answer, without the bytes")
    @Parameter(
            name = "format",
            in = ParameterIn.QUERY,
            schema =
                    @Schema(
                            type = SchemaType.STRING,
                            enumeration = {"raw", "qcow2"},
                            defaultValue = "raw"),
            description = ContentForm.FORMAT_TEXT)
    @Parameter(
            name = "compression",
            in = ParameterIn.QUERY,
            schema =
                    @Schema(
                            type = SchemaType.STRING,
                            enumeration = {"none", "zstd"},
                            defaultValue = "none"),
            description = ContentForm.COMPRESSION_TEXT)
    @APIResponse(responseCode = "200", description = "what a GET would answer")
    public Uni<Response> contentHead(
            @PathParam("name") String name, @Context UriInfo asked, @Context HttpHeaders request) {
        ContentForm form = form(asked);
        Image image = named.apply(name);
        Uni<Response> head = Uni.createFrom().item(() -> answers.head(image, form, request));
        return form.isMade() ? byWorker(head) : head;
    }

    /** Has a worker do it; what follows is on the event loop again. */
    private static Uni<Response> byWorker(Uni<Response> head) {
        io.vertx.core.Context loop = Vertx.currentContext();
        return head.runSubscriptionOn(Infrastructure.getDefaultWorkerPool())
                .emitOn(task -> loop.runOnContext(now -> task.run()));
    }

    private static ContentForm form(UriInfo asked) {
        MultivaluedMap<String, String> query = asked.getQueryParameters();
        return ContentForm.of(
                Optional.ofNullable(query.getFirst("format")), Optional.ofNullable(query.getFirst("compression")));
    }
}
