// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.api.image;

import io.scrubjay.api.body.DigestField;
import io.scrubjay.api.problem.Problem;
import io.scrubjay.image.Image;
import io.scrubjay.image.ImageState;
import io.scrubjay.image.Lease;
import io.scrubjay.manifest.ManifestHeader;
import io.scrubjay.manifest.Upload;
import io.scrubjay.source.Compression;
import io.scrubjay.source.ImageFormat;
import io.scrubjay.source.qcow2.Qcow2Layout;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;

import java.util.List;
import java.util.Optional;

/**
 * The bytes of an image or snapshot in one of the forms in which they can be downloaded: what its header fields are, and
 * whether a request's conditions hold for it.
 *
 * @param tag its entity tag, which no other form has
 * @param fileName for the client that stores it
 * @param acceptRanges which ranges of it can be requested
 * @param sourceDigest the uploaded file's digest, if this is that file byte for byte
 */
record Representation(
        ManifestHeader header, String tag, String fileName, String acceptRanges, Optional<String> sourceDigest) {
    /** The disk as it is. */
    static Representation raw(ManifestHeader header) {
        return new Representation(
                header,
                EntityTags.of(header.contentDigest()),
                header.name() + ".img",
                "bytes",
                header.upload()
                        .filter(upload -> isSourceItself(upload, header.lengthBytes()))
                        .map(upload -> DigestField.format(upload.sourceDigest())));
    }

    /** A qcow2 file of the disk. */
    static Representation qcow2(ManifestHeader header, ContentForm form, Qcow2Layout layout) {
        String fingerprint = form == ContentForm.QCOW2 ? layout.plainFingerprint() : layout.zstdFingerprint();
        return new Representation(
                header,
                EntityTags.of(header.contentDigest(), "qcow2-" + fingerprint),
                header.name() + ".qcow2",
                "none",
                Optional.empty());
    }

    /** Whether what was sent is, byte for byte, what is given back; only then is its digest ours. */
    private static boolean isSourceItself(Upload upload, long lengthBytes) {
        return upload.format().equals(ImageFormat.RAW.wireName())
                && upload.compression().equals(Compression.NONE.wireName())
                && upload.receivedBytes() == lengthBytes;
    }

    /** What the manifest of an image says that may be read now. */
    static ManifestHeader ready(Image image) {
        try (Lease<Image> lease = image.lease()) {
            return image.state() instanceof ImageState.Committed committed
                    ? committed.known().orElseThrow()
                    : unreachable(lease);
        }
    }

    private static ManifestHeader unreachable(Lease<Image> lease) {
        throw new AssertionError(lease.leased() + " was leased without being committed");
    }

    /**
     * The response to a request that is not to be answered with the bytes: because the client wants to go on with
     * others, which were replaced meanwhile, or because it has them.
     */
    Optional<Response> conditional(HttpHeaders request) {
        if (!Preconditions.of(request).allow(header, tag)) {
            return Optional.of(another());
        }
        return isKnown(request) ? Optional.of(describe(Response.notModified()).build()) : Optional.empty();
    }

    /** A date says less than an entity tag, and is not looked at beside one. */
    private boolean isKnown(HttpHeaders request) {
        List<String> tags = fields(request, HttpHeaders.IF_NONE_MATCH);
        if (!tags.isEmpty()) {
            return EntityTags.anyMatches(tags, tag);
        }
        List<String> dates = fields(request, HttpHeaders.IF_MODIFIED_SINCE);
        return dates.size() == 1 && Preconditions.isDateOf(dates.get(0), header);
    }

    private static List<String> fields(HttpHeaders request, String name) {
        return Optional.ofNullable(request.getRequestHeader(name)).orElse(List.of());
    }

    private Response another() {
        return Response.status(Response.Status.PRECONDITION_FAILED)
                .header(HttpHeaders.ETAG, tag)
                .type(Problem.MEDIA_TYPE)
                .entity(Problem.of(
                        Response.Status.PRECONDITION_FAILED.getStatusCode(),
                        "precondition-failed",
                        Preconditions.OTHER_BYTES))
                .build();
    }

    /** Adds the header fields that are not of one response only. */
    Response.ResponseBuilder describe(Response.ResponseBuilder response) {
        response.header(HttpHeaders.ETAG, tag)
                .header(HttpHeaders.LAST_MODIFIED, Preconditions.date(header))
                .header("Accept-Ranges", acceptRanges)
                .header(HttpHeaders.CONTENT_DISPOSITION, "attachment; filename=\"" + fileName + "\"");
        sourceDigest.ifPresent(digest -> response.header("Repr-Digest", digest));
        return response;
    }

    /** The same for a response with the bytes, or one that says of them what it would say with them. */
    Response.ResponseBuilder describeBytes(Response.ResponseBuilder response) {
        return describe(response).type(MediaType.APPLICATION_OCTET_STREAM_TYPE);
    }
}
