// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.api.upload;

import io.scrubjay.access.Role;
import io.scrubjay.manifest.SessionRecord;
import io.scrubjay.session.Sessions;
import io.smallrye.common.annotation.NonBlocking;
import io.smallrye.mutiny.Uni;
import io.vertx.ext.web.RoutingContext;
import jakarta.annotation.security.RolesAllowed;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.DELETE;
import jakarta.ws.rs.HEAD;
import jakarta.ws.rs.PATCH;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.enums.ParameterIn;
import org.eclipse.microprofile.openapi.annotations.enums.SchemaType;
import org.eclipse.microprofile.openapi.annotations.headers.Header;
import org.eclipse.microprofile.openapi.annotations.media.Content;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.parameters.Parameter;
import org.eclipse.microprofile.openapi.annotations.parameters.RequestBody;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;
import org.jboss.resteasy.reactive.server.Cancellable;

import java.net.URI;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;

/**
 * {@code /v1/uploads}: resumable uploads by the tus protocol 1.0.0, with the extensions creation, creation-with-upload,
 * creation-defer-length, checksum, expiration and termination. OPTIONS requests are answered by the gate. Stateless.
 */
@ApplicationScoped
@Path(TusProtocol.PATH)
@Tag(name = "Uploads")
public class SessionResource {
    private static final String VERSION_TEXT = "The version of the tus protocol: `1.0.0`.";
    private static final String ID_TEXT = "The last part of the `Location` that creating the upload returned.";

    private final SessionReception reception;
    private final Sessions sessions;

    SessionResource(SessionReception reception, Sessions sessions) {
        this.reception = reception;
        this.sessions = sessions;
    }

    @POST
    @RolesAllowed(Role.UPLOAD_NAME)
    @Consumes(MediaType.WILDCARD)
    @Produces(MediaType.APPLICATION_JSON)
    @NonBlocking
    @Cancellable(false)
    @Operation(
            summary = "Begin a resumable upload (tus 1.0.0)",
            description = "The body, if there is one, is the beginning of the file.")
    @RequestBody(
            required = false,
            description = "The first bytes of the file, if they are to be sent with the same request.",
            content =
                    @Content(
                            mediaType = TusProtocol.MEDIA_TYPE,
                            schema = @Schema(type = SchemaType.STRING, format = "binary")))
    @Parameter(
            name = TusProtocol.RESUMABLE,
            in = ParameterIn.HEADER,
            required = true,
            schema = @Schema(implementation = String.class),
            description = VERSION_TEXT)
    @Parameter(
            name = TusProtocol.LENGTH,
            in = ParameterIn.HEADER,
            schema = @Schema(implementation = Long.class),
            description = "The length of the file in bytes.")
    @Parameter(
            name = TusProtocol.DEFER_LENGTH,
            in = ParameterIn.HEADER,
            schema = @Schema(implementation = Integer.class),
            description = "`1` in place of `Upload-Length`: the length follows with a later request.")
    @Parameter(
            name = TusProtocol.METADATA,
            in = ParameterIn.HEADER,
            required = true,
            schema = @Schema(implementation = String.class, examples = "name ZGViaWFuLTEy,format cmF3"),
            description =
                    "`name`, and if needed `format`, `compression`, `size`, `digest` and `contentDigest`, each with"
                            + " its value in Base64; they mean what they mean for a PUT.")
    @Parameter(
            name = TusProtocol.CHECKSUM,
            in = ParameterIn.HEADER,
            schema = @Schema(implementation = String.class, examples = "sha256 …"),
            description = "The checksum of the body: `sha1`, `sha256` or `sha512`, and the value in Base64.")
    @APIResponse(
            responseCode = "201",
            description = "the upload has begun; `Location` says where to send the file",
            headers = {
                @Header(
                        name = TusProtocol.OFFSET,
                        description = "how many bytes have been received",
                        schema = @Schema(implementation = Long.class)),
                @Header(
                        name = TusProtocol.EXPIRES,
                        description = "when the upload is removed, unless something is sent before",
                        schema = @Schema(implementation = String.class))
            },
            content =
                    @Content(
                            mediaType = MediaType.APPLICATION_JSON,
                            schema = @Schema(implementation = SessionView.class)))
    public Uni<Response> create(@Context RoutingContext routing) {
        return reception
                .create(routing)
                .map(record -> state(Response.status(201), record)
                        .location(URI.create(TusProtocol.PATH + "/" + record.id()))
                        .type(MediaType.APPLICATION_JSON_TYPE)
                        .entity(SessionView.of(record))
                        .build());
    }

    /** It goes on when the connection ends meanwhile: what has been received is to be made durable. */
    @PATCH
    @RolesAllowed(Role.UPLOAD_NAME)
    @Path("{upload}")
    @Consumes(MediaType.WILDCARD)
    @Produces(MediaType.APPLICATION_JSON)
    @NonBlocking
    @Cancellable(false)
    @Operation(
            summary = "Send the next bytes of a resumable upload",
            description =
                    "Durable when answered; what was received before a connection broke is kept, too. With the last"
                            + " byte, the agent begins to make the image. If another request is still sending to the same"
                            + " upload, that request is ended first.")
    @RequestBody(
            required = true,
            description = "The bytes from `Upload-Offset` on.",
            content =
                    @Content(
                            mediaType = TusProtocol.MEDIA_TYPE,
                            schema = @Schema(type = SchemaType.STRING, format = "binary")))
    @Parameter(
            name = "upload",
            in = ParameterIn.PATH,
            schema = @Schema(implementation = String.class),
            description = ID_TEXT)
    @Parameter(
            name = TusProtocol.RESUMABLE,
            in = ParameterIn.HEADER,
            required = true,
            schema = @Schema(implementation = String.class),
            description = VERSION_TEXT)
    @Parameter(
            name = TusProtocol.OFFSET,
            in = ParameterIn.HEADER,
            required = true,
            schema = @Schema(implementation = Long.class),
            description = "How many bytes the upload has, as HEAD answers it.")
    @Parameter(
            name = TusProtocol.LENGTH,
            in = ParameterIn.HEADER,
            schema = @Schema(implementation = Long.class),
            description = "The length of the file, if it was deferred.")
    @Parameter(
            name = TusProtocol.CHECKSUM,
            in = ParameterIn.HEADER,
            schema = @Schema(implementation = String.class, examples = "sha256 …"),
            description = "The checksum of the body; if it differs, nothing of the body is kept.")
    @APIResponse(
            responseCode = "204",
            description = "the bytes are durable",
            headers =
                    @Header(
                            name = TusProtocol.OFFSET,
                            description = "how many bytes have been received",
                            schema = @Schema(implementation = Long.class)))
    public Uni<Response> send(@PathParam("upload") String upload, @Context RoutingContext routing) {
        return reception
                .receive(upload, routing)
                .map(record -> state(Response.noContent(), record).build());
    }

    @HEAD
    @RolesAllowed(Role.READ_NAME)
    @Path("{upload}")
    @Produces(MediaType.APPLICATION_JSON)
    @NonBlocking
    @Operation(
            summary = "Ask how many bytes of a resumable upload are durable",
            description = "If a request is still sending to the upload, it is ended first, since its connection may be"
                    + " dead.")
    @Parameter(
            name = "upload",
            in = ParameterIn.PATH,
            schema = @Schema(implementation = String.class),
            description = ID_TEXT)
    @Parameter(
            name = TusProtocol.RESUMABLE,
            in = ParameterIn.HEADER,
            required = true,
            schema = @Schema(implementation = String.class),
            description = VERSION_TEXT)
    @APIResponse(
            responseCode = "200",
            description = "the state of the upload",
            headers = {
                @Header(
                        name = TusProtocol.OFFSET,
                        description = "how many bytes have been received",
                        schema = @Schema(implementation = Long.class)),
                @Header(
                        name = TusProtocol.LENGTH,
                        description = "how many bytes the file has, if that is known",
                        schema = @Schema(implementation = Long.class))
            })
    public Uni<Response> state(@PathParam("upload") String upload, @Context RoutingContext routing) {
        return Uni.createFrom()
                .completionStage(() -> {
                    new TusHeaders(routing.request()).requireVersion();
                    return sessions.quiet(TusHeaders.session(upload));
                })
                .map(record -> state(Response.ok(), record)
                        .header(TusProtocol.METADATA, record.announced().metadata())
                        .header(HttpHeaders.CACHE_CONTROL, "no-store")
                        .build());
    }

    @DELETE
    @RolesAllowed(Role.UPLOAD_NAME)
    @Path("{upload}")
    @Produces(MediaType.APPLICATION_JSON)
    @NonBlocking
    @Cancellable(false)
    @Operation(
            summary = "End a resumable upload, and remove what it has sent",
            description = "If its image is being made, that is cancelled.")
    @Parameter(
            name = "upload",
            in = ParameterIn.PATH,
            schema = @Schema(implementation = String.class),
            description = ID_TEXT)
    @Parameter(
            name = TusProtocol.RESUMABLE,
            in = ParameterIn.HEADER,
            required = true,
            schema = @Schema(implementation = String.class),
            description = VERSION_TEXT)
    @APIResponse(responseCode = "204", description = "the upload has ended, and nothing of it is left")
    public Uni<Response> end(@PathParam("upload") String upload, @Context RoutingContext routing) {
        return Uni.createFrom()
                .completionStage(() -> {
                    new TusHeaders(routing.request()).requireVersion();
                    return sessions.terminate(TusHeaders.session(upload));
                })
                .map(ended -> Response.noContent().build());
    }

    private static Response.ResponseBuilder state(Response.ResponseBuilder answer, SessionRecord record) {
        answer.header(TusProtocol.OFFSET, record.offsetBytes());
        if (record.lengthBytes().isPresent()) {
            answer.header(TusProtocol.LENGTH, record.lengthBytes().getAsLong());
        } else {
            answer.header(TusProtocol.DEFER_LENGTH, 1);
        }
        if (!record.isComplete()) {
            answer.header(
                    TusProtocol.EXPIRES,
                    DateTimeFormatter.RFC_1123_DATE_TIME.format(
                            record.expiresAt().atOffset(ZoneOffset.UTC)));
        }
        return answer;
    }
}
