// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.api.upload;

import io.scrubjay.api.body.ContentCoding;
import io.scrubjay.api.body.UploadDigests;
import io.scrubjay.api.form.Boundary;
import io.scrubjay.ingest.IngestOrder;
import io.scrubjay.manifest.ResourceName;
import io.scrubjay.refusal.Refusal;
import io.scrubjay.refusal.RefusedException;
import io.scrubjay.source.ImageFormat;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;

import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/** Reads the headers and the query of an upload before its first byte. Invalid values are refused. */
final class UploadHeaders {
    /** The preference of a client that does not wait for the proof. */
    static final String RESPOND_ASYNC = "respond-async";

    private static final String MULTIPART = "multipart/";

    private final HttpServerRequest request;

    UploadHeaders(HttpServerRequest request) {
        this.request = request;
    }

    /** The order for an ingest with this name, whose file is the body. */
    IngestOrder order(ResourceName name) {
        requireWhole();
        UploadFields said = new UploadFields(request.params());
        requireNoForm(said.format());
        return said.order(name, contentLength(), UploadDigests.of(request.params(), request.headers()));
    }

    /** The boundary of a body that is a form with the file inside. */
    Boundary formBoundary() {
        requireWhole();
        UploadDigests.refuse(
                request.headers(),
                "a digest in the head of the request is that of the whole form; send the file's own as the field"
                        + " 'digest' before the file");
        return Boundary.ofContentType(request.headers().getAll(HttpHeaders.CONTENT_TYPE));
    }

    /** Whether the client wants its response as soon as the last byte has been received. */
    boolean respondAsync() {
        return request.headers().getAll("Prefer").stream()
                .flatMap(value -> List.of(value.split(",")).stream())
                .anyMatch(preference -> preference.strip().equalsIgnoreCase(RESPOND_ASYNC));
    }

    /** Whether the client waits for permission to send its body. */
    boolean expectsContinue() {
        String expect = request.getHeader(HttpHeaders.EXPECT);
        return expect != null && expect.equalsIgnoreCase("100-continue");
    }

    private void requireWhole() {
        if (request.getHeader(HttpHeaders.IF_MATCH) != null) {
            throw new RefusedException(
                    Refusal.PRECONDITION_FAILED,
                    "an upload creates an image, and a new image has no entity tag yet; send the upload without"
                            + " If-Match");
        }
        if (request.getHeader("Content-Range") != null) {
            throw new RefusedException(
                    Refusal.INVALID_REQUEST, "an upload must contain the whole image; send it without Content-Range");
        }
        ContentCoding.problem(request).ifPresent(why -> {
            throw new RefusedException(Refusal.UNSUPPORTED_IMAGE, why);
        });
    }

    /** Refuses an HTML form with the file inside, unless the sender wants to store the form itself. */
    private void requireNoForm(Optional<ImageFormat> format) {
        String type = request.getHeader(HttpHeaders.CONTENT_TYPE);
        if (format.isEmpty() && type != null && type.regionMatches(true, 0, MULTIPART, 0, MULTIPART.length())) {
            throw new RefusedException(
                    Refusal.UNSUPPORTED_IMAGE,
                    "the body is a form with the file inside; send the file itself: 'curl -T FILE URL', not 'curl"
                            + " -F'; or send the form with POST /v1/images");
        }
    }

    private OptionalLong contentLength() {
        String text = request.getHeader(HttpHeaders.CONTENT_LENGTH);
        return text == null ? OptionalLong.empty() : OptionalLong.of(Long.parseLong(text));
    }
}
