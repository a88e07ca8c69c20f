// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.api.upload;

import io.scrubjay.api.body.ContentCoding;
import io.scrubjay.api.body.UploadDigests;
import io.scrubjay.block.ByteSize;
import io.scrubjay.block.Digest;
import io.scrubjay.block.DigestAlgorithm;
import io.scrubjay.ingest.IngestOrder;
import io.scrubjay.manifest.ResourceName;
import io.scrubjay.refusal.Refusal;
import io.scrubjay.refusal.RefusedException;
import io.scrubjay.source.Compression;
import io.scrubjay.source.ImageFormat;
import io.scrubjay.source.SourceForm;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;

import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/** Reads the headers and the query of an upload before its first byte. Invalid values are refused. */
final class UploadHeaders {
    /** The preference of a client that does not wait for the proof. */
    static final String RESPOND_ASYNC = "respond-async";

    private static final String AUTO = "auto";
    private static final String MULTIPART = "multipart/";

    private final HttpServerRequest request;

    UploadHeaders(HttpServerRequest request) {
        this.request = request;
    }

    /** The order for an ingest with this name. */
    IngestOrder order(ResourceName name) {
        requireWhole();
        Optional<ImageFormat> format = format();
        requireNoForm(format);
        return new IngestOrder(
                name,
                new SourceForm(format, compression()),
                contentLength(),
                size(),
                UploadDigests.of(request.params(), request.headers()),
                query("contentDigest").map(UploadHeaders::contentDigest));
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
            throw invalid("an upload must contain the whole image; send it without Content-Range");
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
                    "the body is a form with the file inside; send the file itself: 'curl -T FILE URL', not 'curl -F'");
        }
    }

    private Optional<ImageFormat> format() {
        return query("format")
                .filter(text -> !text.equals(AUTO))
                .map(text -> ImageFormat.ofWireName(text)
                        .orElseThrow(() -> invalid("'format' must be auto, raw or qcow2, not '" + text + "'")));
    }

    private Optional<Compression> compression() {
        return query("compression")
                .filter(text -> !text.equals(AUTO))
                .map(text -> Compression.ofWireName(text)
                        .orElseThrow(() ->
                                invalid("'compression' must be auto, none, gzip, xz or zstd, not '" + text + "'")));
    }

    private OptionalLong contentLength() {
        String text = request.getHeader(HttpHeaders.CONTENT_LENGTH);
        return text == null ? OptionalLong.empty() : OptionalLong.of(Long.parseLong(text));
    }

    private OptionalLong size() {
        Optional<String> text = query("size");
        if (text.isEmpty()) {
            return OptionalLong.empty();
        }
        try {
            return OptionalLong.of(ByteSize.parse(text.get()).bytes());
        } catch (IllegalArgumentException nonsense) {
            throw invalid("'size' must be a number of bytes, such as 4096, 64K, 1M or 16T, and less than 8192P, not '"
                    + text.get() + "'");
        }
    }

    private static Digest contentDigest(String text) {
        try {
            Digest digest = Digest.parse(text);
            if (digest.algorithm() == DigestAlgorithm.SCRUBJAY1) {
                return digest;
            }
        } catch (IllegalArgumentException nonsense) {
            throw invalid("'contentDigest' must be scrubjay1:<hex>, not '" + text + "': " + nonsense.getMessage());
        }
        throw invalid("'contentDigest' must be scrubjay1:<hex>, not '" + text + "'; send the file's own digest as"
                + " '?digest='");
    }

    /** The one value of a key; a query with two of them has been refused. */
    private Optional<String> query(String key) {
        return Optional.ofNullable(request.params().get(key));
    }

    private static RefusedException invalid(String message) {
        return new RefusedException(Refusal.INVALID_REQUEST, message);
    }
}
