package io.scrubjay.api;

import io.scrubjay.block.ByteRange;
import io.scrubjay.image.Image;
import io.scrubjay.image.ImageReaders;
import io.scrubjay.image.ImageState;
import io.scrubjay.image.ReadLease;
import io.scrubjay.manifest.ManifestHeader;
import io.scrubjay.source.Compression;
import io.scrubjay.source.ImageFormat;
import io.smallrye.common.annotation.Blocking;
import io.smallrye.common.annotation.NonBlocking;
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

import java.util.List;
import java.util.Optional;

/** {@code /v1/images/{name}/content}, the way out: an image's logical bytes. Stateless. */
@Path("/v1/images/{name}/content")
@Tag(name = "Images")
public class ImageContentResource {
    private static final int RANGE_NOT_SATISFIABLE = 416;

    private final NamedImages images;
    private final ImageReaders readers;

    ImageContentResource(NamedImages images, ImageReaders readers) {
        this.images = images;
        this.readers = readers;
    }

    @GET
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
    @APIResponse(responseCode = "304", description = "the client has it already")
    @APIResponse(
            responseCode = "404",
            description = "`image-not-found`",
            content = @Content(mediaType = Problem.MEDIA_TYPE, schema = @Schema(implementation = Problem.class)))
    @APIResponse(
            responseCode = "409",
            description = "`image-not-ready`, `image-quarantined`",
            content = @Content(mediaType = Problem.MEDIA_TYPE, schema = @Schema(implementation = Problem.class)))
    @APIResponse(
            responseCode = "416",
            description = "the range begins behind the end",
            content = @Content(mediaType = Problem.MEDIA_TYPE, schema = @Schema(implementation = Problem.class)))
    @APIResponse(
            responseCode = "503",
            description = "`busy`",
            content = @Content(mediaType = Problem.MEDIA_TYPE, schema = @Schema(implementation = Problem.class)))
    public Response content(@PathParam("name") String name, @Context HttpHeaders request) {
        Image image = images.get(name);
        ManifestHeader header = ready(image);
        if (hasIt(header, request)) {
            return describe(Response.notModified(), header).build();
        }
        RangeField.Wanted wanted = RangeField.of(range(header, request), header.lengthBytes());
        if (wanted instanceof RangeField.Unsatisfiable) {
            return notSatisfiable(header);
        }
        if (wanted instanceof RangeField.Part part) {
            return send(image, part.range(), Response.status(Response.Status.PARTIAL_CONTENT), header)
                    .header("Content-Range", contentRange(part.range(), header))
                    .build();
        }
        return send(image, new ByteRange(0, header.lengthBytes()), Response.ok(), header)
                .build();
    }

    @HEAD
    @NonBlocking
    @Produces(MediaType.APPLICATION_OCTET_STREAM)
    @Operation(summary = "What a GET would answer, without the bytes")
    public Response contentHead(@PathParam("name") String name, @Context HttpHeaders request) {
        ManifestHeader header = ready(images.get(name));
        Response.ResponseBuilder response = hasIt(header, request)
                ? Response.notModified()
                : Response.ok()
                        .type(MediaType.APPLICATION_OCTET_STREAM_TYPE)
                        .header(HttpHeaders.CONTENT_LENGTH, header.lengthBytes());
        return describe(response, header).build();
    }

    /** What the manifest of an image says that may be read now. */
    private static ManifestHeader ready(Image image) {
        try (ReadLease lease = image.lease()) {
            return image.state() instanceof ImageState.Committed committed
                    ? committed.known().orElseThrow()
                    : unreachable(lease);
        }
    }

    private static ManifestHeader unreachable(ReadLease lease) {
        throw new AssertionError("image " + lease.image().name() + " was leased without being committed");
    }

    private static boolean hasIt(ManifestHeader header, HttpHeaders request) {
        return EntityTags.anyMatches(
                Optional.ofNullable(request.getRequestHeader(HttpHeaders.IF_NONE_MATCH))
                        .orElse(List.of()),
                EntityTags.of(header.contentDigest()));
    }

    /** The range asked for, unless the client has part of something else by now. */
    private static Optional<String> range(ManifestHeader header, HttpHeaders request) {
        String ifRange = request.getHeaderString("If-Range");
        return ifRange == null || EntityTags.isSame(ifRange, EntityTags.of(header.contentDigest()))
                ? Optional.ofNullable(request.getHeaderString("Range"))
                : Optional.empty();
    }

    private Response.ResponseBuilder send(
            Image image, ByteRange range, Response.ResponseBuilder response, ManifestHeader header) {
        return describe(response, header)
                .entity(new ContentBody(readers.open(image, range), range.length()))
                .type(MediaType.APPLICATION_OCTET_STREAM_TYPE);
    }

    private static Response.ResponseBuilder describe(Response.ResponseBuilder response, ManifestHeader header) {
        response.header(HttpHeaders.ETAG, EntityTags.of(header.contentDigest())).header("Accept-Ranges", "bytes");
        if (isSourceItself(header)) {
            response.header("Repr-Digest", DigestField.format(header.origin().sourceDigest()));
        }
        return response;
    }

    /** Whether what was sent is, byte for byte, what is given back; only then is its digest ours. */
    private static boolean isSourceItself(ManifestHeader header) {
        return header.origin().format().equals(ImageFormat.RAW.wireName())
                && header.origin().compression().equals(Compression.NONE.wireName())
                && header.origin().receivedBytes() == header.lengthBytes();
    }

    private static Response notSatisfiable(ManifestHeader header) {
        return describe(Response.status(RANGE_NOT_SATISFIABLE), header)
                .header("Content-Range", "bytes */" + header.lengthBytes())
                .type(Problem.MEDIA_TYPE)
                .entity(Problem.of(
                        RANGE_NOT_SATISFIABLE,
                        "range-not-satisfiable",
                        "the image has " + header.lengthBytes() + " bytes"))
                .build();
    }

    private static String contentRange(ByteRange range, ManifestHeader header) {
        return "bytes " + range.offset() + "-" + (range.end() - 1) + "/" + header.lengthBytes();
    }
}
