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
import jakarta.ws.rs.PUT;
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
import org.eclipse.microprofile.openapi.annotations.parameters.Parameter;
import org.eclipse.microprofile.openapi.annotations.parameters.RequestBody;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;
import org.jboss.resteasy.reactive.server.Cancellable;

/** What clients may say of an upload, and what they are answered; {@link UploadReception} does it. Stateless. */
@ApplicationScoped
@Path("/v1/images")
@Tag(name = "Uploads", description = "Upload images, and create upload URLs that need no token")
public class UploadResource {
    private final UploadReception reception;

    UploadResource(UploadReception reception) {
        this.reception = reception;
    }

    /** It goes on when the connection ends meanwhile: somebody has to tell the ingest that was admitted. */
    @PUT
    @RolesAllowed(Role.UPLOAD_NAME)
    @Path("{name}/content")
    @Consumes(MediaType.WILDCARD)
    @Produces(MediaType.WILDCARD) // Uploaders accept whatever they send; what is answered is JSON all the same.
    @NonBlocking
    @Cancellable(false)
    @Operation(
            summary = "Upload an image: the body is the file as it is",
            description = "Answered when the image is proven: the agent has read it back from the device and found the"
                    + " digest of the bytes received. If the upload fails, nothing of the image is left and"
                    + " its name is free.")
    @RequestBody(
            required = true,
            description = "The file, with any media type, also in chunks.",
            content =
                    @Content(
                            mediaType = MediaType.APPLICATION_OCTET_STREAM,
                            schema = @Schema(type = SchemaType.STRING, format = "binary")))
    @Parameter(
            name = "format",
            in = ParameterIn.QUERY,
            schema =
                    @Schema(
                            type = SchemaType.STRING,
                            enumeration = {"auto", "raw", "qcow2"},
                            defaultValue = "auto"),
            description = "The format of the file. `auto` detects it from the first bytes.")
    @Parameter(
            name = "compression",
            in = ParameterIn.QUERY,
            schema =
                    @Schema(
                            type = SchemaType.STRING,
                            enumeration = {"auto", "none", "gzip", "xz", "zstd"},
                            defaultValue = "auto"),
            description = "How the file is compressed. `auto` detects it from the first bytes.")
    @Parameter(
            name = "size",
            in = ParameterIn.QUERY,
            schema = @Schema(type = SchemaType.STRING, examples = "20G"),
            description =
                    "The size of the disk, if it is to be larger than the disk in the file; the rest reads as zeroes.")
    @Parameter(
            name = "digest",
            in = ParameterIn.QUERY,
            schema = @Schema(implementation = String[].class),
            description = "The expected digest of the file: `sha-256:` or `sha-512:` and its hexadecimal digits; may be"
                    + " given several times.")
    @Parameter(
            name = "contentDigest",
            in = ParameterIn.QUERY,
            schema = @Schema(type = SchemaType.STRING, examples = "scrubjay1:…"),
            description = "The expected digest of the disk inside the file.")
    @Parameter(
            name = "Repr-Digest",
            in = ParameterIn.HEADER,
            schema = @Schema(type = SchemaType.STRING, examples = "sha-256=:…:"),
            description = "As `digest`, in the form of RFC 9530.")
    @Parameter(
            name = "Content-Digest",
            in = ParameterIn.HEADER,
            schema = @Schema(type = SchemaType.STRING, examples = "sha-256=:…:"),
            description = "As `digest`, in the form of RFC 9530.")
    @Parameter(
            name = "Prefer",
            in = ParameterIn.HEADER,
            schema = @Schema(type = SchemaType.STRING, examples = "respond-async"),
            description =
                    "`respond-async`: answer 202 once the last byte is in. The image becomes ready, or fails, later.")
    @Parameter(
            name = "checksum",
            in = ParameterIn.QUERY,
            schema = @Schema(implementation = String[].class),
            description = "The same as `digest`.")
    @Parameter(
            name = UploadUrlKeys.GIVEN,
            in = ParameterIn.QUERY,
            schema = @Schema(implementation = Long.class),
            description = "Of an upload URL: when it was created, in seconds since 1970.")
    @Parameter(
            name = UploadUrlKeys.EXPIRES,
            in = ParameterIn.QUERY,
            schema = @Schema(implementation = Long.class),
            description = "Of an upload URL: when it expires, in seconds since 1970.")
    @Parameter(
            name = UploadUrlKeys.WAY,
            in = ParameterIn.QUERY,
            schema = @Schema(implementation = String.class),
            description = "Of an upload URL: how its creator was authenticated.")
    @Parameter(
            name = UploadUrlKeys.BY,
            in = ParameterIn.QUERY,
            schema = @Schema(implementation = String.class),
            description = "Of an upload URL: the name of its creator.")
    @Parameter(
            name = UploadUrlKeys.SIGNATURE,
            in = ParameterIn.QUERY,
            schema = @Schema(implementation = String.class),
            description = "Of an upload URL: its signature, which replaces a token.")
    @APIResponse(
            responseCode = "201",
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
        return reception.receive(name, routing);
    }
}
