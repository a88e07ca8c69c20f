// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.api.image;

import io.scrubjay.api.answer.ContentBody;
import io.scrubjay.api.answer.RangeField;
import io.scrubjay.api.answer.RangeProblem;
import io.scrubjay.api.answer.RequestBodies;
import io.scrubjay.api.body.DigestField;
import io.scrubjay.api.problem.Problem;
import io.scrubjay.block.ByteRange;
import io.scrubjay.image.ContentReaders;
import io.scrubjay.image.Image;
import io.scrubjay.image.ImageState;
import io.scrubjay.image.Lease;
import io.scrubjay.manifest.ManifestHeader;
import io.scrubjay.manifest.Upload;
import io.scrubjay.source.Compression;
import io.scrubjay.source.ImageFormat;
import jakarta.inject.Singleton;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;

import java.util.List;
import java.util.Optional;

/** Makes the responses to requests for the bytes of an image or snapshot. Stateless. */
@Singleton
class ContentAnswers {
    private final ContentReaders readers;

    ContentAnswers(ContentReaders readers) {
        this.readers = readers;
    }

    /** The bytes, or the requested range of them. Blocks; for workers. */
    Response get(Image image, HttpHeaders request) {
        ManifestHeader header = ready(image);
        if (isAnother(header, request)) {
            return another(header);
        }
        if (hasIt(header, request)) {
            return describe(Response.notModified(), header).build();
        }
        RangeField.Wanted wanted = RangeField.of(range(header, request), header.lengthBytes());
        if (wanted instanceof RangeField.Unsatisfiable) {
            // What describes the image would be taken for what describes the problem.
            return RangeProblem.of(image.kind().wireName(), header.lengthBytes())
                    .build();
        }
        if (wanted instanceof RangeField.Part part) {
            return send(image, part.range(), Response.status(Response.Status.PARTIAL_CONTENT), header)
                    .header("Content-Range", part.contentRange(header.lengthBytes()))
                    .build();
        }
        return send(image, new ByteRange(0, header.lengthBytes()), Response.ok(), header)
                .build();
    }

    /** The response of {@link #get} without the bytes. */
    Response head(Image image, HttpHeaders request) {
        ManifestHeader header = ready(image);
        if (isAnother(header, request)) {
            return another(header);
        }
        Response.ResponseBuilder response = hasIt(header, request)
                ? Response.notModified()
                : Response.ok()
                        .type(MediaType.APPLICATION_OCTET_STREAM_TYPE)
                        .header(HttpHeaders.CONTENT_LENGTH, header.lengthBytes());
        return describe(response, header).build();
    }

    /** What the manifest of an image says that may be read now. */
    private static ManifestHeader ready(Image image) {
        try (Lease<Image> lease = image.lease()) {
            return image.state() instanceof ImageState.Committed committed
                    ? committed.known().orElseThrow()
                    : unreachable(lease);
        }
    }

    private static ManifestHeader unreachable(Lease<Image> lease) {
        throw new AssertionError(lease.leased() + " was leased without being committed");
    }

    /** A date says less than an entity tag, and is not looked at beside one. */
    private static boolean hasIt(ManifestHeader header, HttpHeaders request) {
        List<String> tags = fields(request, HttpHeaders.IF_NONE_MATCH);
        if (!tags.isEmpty()) {
            return EntityTags.anyMatches(tags, EntityTags.of(header.contentDigest()));
        }
        List<String> dates = fields(request, HttpHeaders.IF_MODIFIED_SINCE);
        return dates.size() == 1 && Preconditions.isDateOf(dates.get(0), header);
    }

    /** Whether the client goes on with something that was replaced meanwhile. */
    private static boolean isAnother(ManifestHeader header, HttpHeaders request) {
        return !Preconditions.of(request).allow(header);
    }

    private static Response another(ManifestHeader header) {
        return Response.status(Response.Status.PRECONDITION_FAILED)
                .header(HttpHeaders.ETAG, EntityTags.of(header.contentDigest()))
                .type(Problem.MEDIA_TYPE)
                .entity(Problem.of(
                        Response.Status.PRECONDITION_FAILED.getStatusCode(),
                        "precondition-failed",
                        Preconditions.OTHER_BYTES))
                .build();
    }

    private static List<String> fields(HttpHeaders request, String name) {
        return Optional.ofNullable(request.getRequestHeader(name)).orElse(List.of());
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
        RequestBodies bodies = RequestBodies.current();
        return describe(response, header)
                .entity(bodies.add(new ContentBody(readers.open(image, range), range.length())))
                .type(MediaType.APPLICATION_OCTET_STREAM_TYPE);
    }

    private static Response.ResponseBuilder describe(Response.ResponseBuilder response, ManifestHeader header) {
        response.header(HttpHeaders.ETAG, EntityTags.of(header.contentDigest()))
                .header(HttpHeaders.LAST_MODIFIED, Preconditions.date(header))
                .header("Accept-Ranges", "bytes")
                .header(HttpHeaders.CONTENT_DISPOSITION, "attachment; filename=\"" + header.name() + ".img\"");
        header.upload()
                .filter(upload -> isSourceItself(upload, header.lengthBytes()))
                .ifPresent(upload -> response.header("Repr-Digest", DigestField.format(upload.sourceDigest())));
        return response;
    }

    /** Whether what was sent is, byte for byte, what is given back; only then is its digest ours. */
    private static boolean isSourceItself(Upload upload, long lengthBytes) {
        return upload.format().equals(ImageFormat.RAW.wireName())
                && upload.compression().equals(Compression.NONE.wireName())
                && upload.receivedBytes() == lengthBytes;
    }
}
