// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.api.volume;

import io.scrubjay.access.Role;
import io.scrubjay.api.answer.ContentBody;
import io.scrubjay.api.answer.RangeField;
import io.scrubjay.api.answer.RangeProblem;
import io.scrubjay.api.answer.RequestBodies;
import io.scrubjay.api.lookup.NamedVolumes;
import io.scrubjay.block.ByteRange;
import io.scrubjay.volume.NamedVolume;
import io.scrubjay.volume.VolumeReads;
import io.smallrye.common.annotation.Blocking;
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

import java.util.Optional;

/** {@code GET /v1/volumes/{name}/content}: reads a volume's bytes as they are now. Stateless. */
@Path("/v1/volumes/{name}/content")
@Tag(name = "Volumes")
public class VolumeContentResource {
    private final NamedVolumes volumes;
    private final VolumeReads reads;

    VolumeContentResource(NamedVolumes volumes, VolumeReads reads) {
        this.volumes = volumes;
        this.reads = reads;
    }

    @GET
    @RolesAllowed(Role.READ_NAME)
    @Blocking
    @Produces(MediaType.APPLICATION_OCTET_STREAM)
    @Operation(
            summary = "A volume's bytes, or a range of them",
            description = "A volume changes and has no checksums; take a snapshot to get proven bytes.")
    @APIResponse(
            responseCode = "200",
            description = "everything",
            content =
                    @Content(
                            mediaType = MediaType.APPLICATION_OCTET_STREAM,
                            schema = @Schema(type = SchemaType.STRING, format = "binary")))
    @APIResponse(responseCode = "206", description = "the range")
    public Response content(@PathParam("name") String name, @Context HttpHeaders request) {
        NamedVolume volume = volumes.get(name);
        long sizeBytes = reads.sizeBytes(volume);
        RangeField.Wanted wanted = RangeField.of(Optional.ofNullable(request.getHeaderString("Range")), sizeBytes);
        if (wanted instanceof RangeField.Unsatisfiable) {
            return RangeProblem.of("volume", sizeBytes).build();
        }
        if (wanted instanceof RangeField.Part part) {
            return send(Response.status(Response.Status.PARTIAL_CONTENT), volume, part.range())
                    .header("Content-Range", part.contentRange(sizeBytes))
                    .build();
        }
        return send(Response.ok(), volume, new ByteRange(0, sizeBytes)).build();
    }

    @HEAD
    @RolesAllowed(Role.READ_NAME)
    @Blocking
    @Produces(MediaType.APPLICATION_OCTET_STREAM)
    @Operation(summary = "What a GET would answer, without the bytes")
    public Response contentHead(@PathParam("name") String name) {
        return Response.ok()
                .type(MediaType.APPLICATION_OCTET_STREAM_TYPE)
                .header("Accept-Ranges", "bytes")
                .header(HttpHeaders.CONTENT_LENGTH, reads.sizeBytes(volumes.get(name)))
                .build();
    }

    private Response.ResponseBuilder send(Response.ResponseBuilder response, NamedVolume volume, ByteRange range) {
        RequestBodies bodies = RequestBodies.current();
        return response.header("Accept-Ranges", "bytes")
                .entity(bodies.add(new ContentBody(reads.open(volume, range), range.length())))
                .type(MediaType.APPLICATION_OCTET_STREAM_TYPE);
    }
}
