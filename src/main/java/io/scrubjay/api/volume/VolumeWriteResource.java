// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.api.volume;

import io.scrubjay.access.Role;
import io.scrubjay.api.body.ContentCoding;
import io.scrubjay.api.body.ContentRangeField;
import io.scrubjay.api.body.UnreadBody;
import io.scrubjay.api.body.UploadBody;
import io.scrubjay.api.body.UploadDigests;
import io.scrubjay.api.lookup.NamedVolumes;
import io.scrubjay.block.ByteRange;
import io.scrubjay.refusal.Refusal;
import io.scrubjay.refusal.RefusedException;
import io.scrubjay.volume.NamedVolume;
import io.scrubjay.volume.VolumeConfig;
import io.scrubjay.volume.VolumeReads;
import io.scrubjay.volume.VolumeWrite;
import io.scrubjay.volume.VolumeWrites;
import io.smallrye.common.annotation.NonBlocking;
import io.smallrye.mutiny.Uni;
import io.smallrye.mutiny.infrastructure.Infrastructure;
import io.vertx.core.Context;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.ext.web.RoutingContext;
import jakarta.annotation.security.RolesAllowed;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.PUT;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
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

/** {@code PUT /v1/volumes/{name}/content}: writes bytes to a range of a volume. Stateless. */
@ApplicationScoped
@Path("/v1/volumes/{name}/content")
@Tag(name = "Volumes")
public class VolumeWriteResource {
    private final NamedVolumes volumes;
    private final VolumeWrites writes;
    private final VolumeReads reads;
    private final VolumeConfig config;

    VolumeWriteResource(NamedVolumes volumes, VolumeWrites writes, VolumeReads reads, VolumeConfig config) {
        this.volumes = volumes;
        this.writes = writes;
        this.reads = reads;
        this.config = config;
    }

    /**
     * Runs on the event loop and stays there for as long as bytes come: admission, which touches the device, is a
     * worker's; the body is read only when the write has been admitted.
     *
     * <p>It goes on when the connection ends meanwhile: somebody has to tell the write that was admitted.
     */
    @PUT
    @RolesAllowed(Role.ADMIN_NAME)
    @Consumes(MediaType.WILDCARD)
    @NonBlocking
    @Cancellable(false)
    @Operation(
            summary = "Write a range of a volume, at any byte and of any length",
            description = "Durable when answered. The body must be as long as `Content-Range` says. If the write fails,"
                    + " the beginning of the range may have been written.")
    @RequestBody(
            required = true,
            description = "The bytes, with any media type, also in chunks.",
            content =
                    @Content(
                            mediaType = MediaType.APPLICATION_OCTET_STREAM,
                            schema = @Schema(type = SchemaType.STRING, format = "binary")))
    @Parameter(
            name = "Content-Range",
            in = ParameterIn.HEADER,
            required = true,
            description = "Where to write the bytes.",
            schema = @Schema(implementation = String.class, examples = "bytes 4711-9999/*"))
    @APIResponse(responseCode = "204", description = "the range is written and durable")
    public Uni<Response> write(@PathParam("name") String name, @jakarta.ws.rs.core.Context RoutingContext routing) {
        HttpServerRequest request = routing.request();
        Context loop = Vertx.currentContext();
        return Uni.createFrom()
                .item(() -> range(request))
                .chain(range -> Uni.createFrom()
                        .item(() -> admit(volumes.get(name), range))
                        .runSubscriptionOn(Infrastructure.getDefaultWorkerPool())
                        .emitOn(task -> loop.runOnContext(now -> task.run())))
                .chain(write -> receive(routing, write, loop))
                .emitOn(task -> loop.runOnContext(now -> task.run()))
                .onFailure()
                .invoke(refused -> UnreadBody.discard(request, loop));
    }

    private static ContentRangeField range(HttpServerRequest request) {
        String field = request.getHeader("Content-Range");
        if (field == null) {
            throw new RefusedException(
                    Refusal.INVALID_REQUEST,
                    "the Content-Range header is missing; send 'Content-Range: bytes"
                            + " <first>-<last>/*' to say where to write");
        }
        ContentCoding.problem(request).ifPresent(why -> {
            throw new RefusedException(Refusal.INVALID_REQUEST, why);
        });
        UploadDigests.refuse(
                request.headers(),
                "the agent does not check digests of writes to volumes; send the request without this field");
        ContentRangeField range = ContentRangeField.parse(field);
        requireLength(request.getHeader(HttpHeaders.CONTENT_LENGTH), range.range());
        return range;
    }

    private static void requireLength(String contentLength, ByteRange range) {
        if (contentLength != null && !contentLength.strip().equals(Long.toString(range.length()))) {
            throw new RefusedException(
                    Refusal.LENGTH_MISMATCH,
                    "Content-Range covers " + range.length() + " bytes, but Content-Length is "
                            + contentLength.strip());
        }
    }

    private VolumeWrite admit(NamedVolume volume, ContentRangeField range) {
        if (range.completeLength().isPresent()) {
            long sizeBytes = reads.sizeBytes(volume);
            if (range.completeLength().getAsLong() != sizeBytes) {
                throw new RefusedException(
                        Refusal.INVALID_REQUEST,
                        "Content-Range says that " + volume + " has "
                                + range.completeLength().getAsLong() + " bytes, but it has " + sizeBytes + "; send"
                                + " '*' or that number behind the slash");
            }
        }
        return writes.begin(volume, range.range());
    }

    private Uni<Response> receive(RoutingContext routing, VolumeWrite write, Context loop) {
        new UploadBody(routing, new VolumeBody(write, loop, config.idleTimeout()).watched(), loop).start();
        String expect = routing.request().getHeader(HttpHeaders.EXPECT);
        if (expect != null && expect.equalsIgnoreCase("100-continue")) {
            routing.response().writeContinue();
        }
        return Uni.createFrom()
                .completionStage(write::done)
                .map(done -> Response.noContent().build());
    }
}
