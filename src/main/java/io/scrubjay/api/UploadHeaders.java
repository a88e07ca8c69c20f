package io.scrubjay.api;

import io.scrubjay.block.ByteSize;
import io.scrubjay.block.Digest;
import io.scrubjay.block.DigestAlgorithm;
import io.scrubjay.image.Refusal;
import io.scrubjay.image.RefusedException;
import io.scrubjay.ingest.IngestOrder;
import io.scrubjay.manifest.ImageName;
import io.scrubjay.source.Compression;
import io.scrubjay.source.ImageFormat;
import io.scrubjay.source.SourceForm;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalLong;

/** Reads what a request says of the upload it carries, before its first byte. Every nonsense is a refusal. */
final class UploadHeaders {
    private static final String AUTO = "auto";

    private final HttpServerRequest request;

    UploadHeaders(HttpServerRequest request) {
        this.request = request;
    }

    /** What is to be ingested under this name. */
    IngestOrder order(ImageName name) {
        requireWhole();
        return new IngestOrder(
                name,
                new SourceForm(format(), compression()),
                contentLength(),
                size(),
                digests(),
                query("contentDigest").map(text -> digest(text, DigestAlgorithm.SCRUBJAY1)));
    }

    /** Whether the client wants its answer as soon as the last byte is in. */
    boolean respondAsync() {
        return request.headers().getAll("Prefer").stream()
                .flatMap(value -> List.of(value.split(",")).stream())
                .anyMatch(preference -> preference.strip().equalsIgnoreCase("respond-async"));
    }

    /** Whether the client waits for leave to send its body. */
    boolean expectsContinue() {
        String expect = request.getHeader(HttpHeaders.EXPECT);
        return expect != null && expect.equalsIgnoreCase("100-continue");
    }

    private void requireWhole() {
        if (request.getHeader("Content-Range") != null) {
            throw invalid("an image is sent as a whole; Content-Range is not possible here");
        }
        String encoding = request.getHeader(HttpHeaders.CONTENT_ENCODING);
        if (encoding != null && !encoding.equalsIgnoreCase("identity")) {
            throw new RefusedException(Refusal.UNSUPPORTED_IMAGE, "Content-Encoding " + encoding + " is not supported");
        }
    }

    private Optional<ImageFormat> format() {
        return query("format")
                .filter(text -> !text.equals(AUTO))
                .map(text -> ImageFormat.ofWireName(text)
                        .orElseThrow(() -> invalid("format is auto, raw or qcow2, not '" + text + "'")));
    }

    private Optional<Compression> compression() {
        return query("compression")
                .filter(text -> !text.equals(AUTO))
                .map(text -> Compression.ofWireName(text)
                        .orElseThrow(() -> invalid("compression is auto, none, gzip, xz or zstd, not '" + text + "'")));
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
            throw invalid(nonsense.getMessage());
        }
    }

    private List<Digest> digests() {
        List<Digest> digests = new ArrayList<>();
        query("digest").ifPresent(text -> digests.add(sourceDigest(text)));
        for (String header : List.of("Repr-Digest", "Content-Digest")) {
            List<String> fields = request.headers().getAll(header);
            if (!fields.isEmpty()) {
                digests.addAll(DigestField.parse(header, String.join(",", fields)));
            }
        }
        return digests;
    }

    private static Digest sourceDigest(String text) {
        return digest(text, DigestAlgorithm.SHA_256, DigestAlgorithm.SHA_512);
    }

    private static Digest digest(String text, DigestAlgorithm... allowed) {
        List<DigestAlgorithm> choice = List.of(allowed);
        try {
            Digest digest = Digest.parse(text);
            if (choice.contains(digest.algorithm())) {
                return digest;
            }
        } catch (IllegalArgumentException nonsense) {
            throw invalid(nonsense.getMessage());
        }
        throw invalid("a digest is "
                + String.join(
                        " or ",
                        choice.stream().map(one -> one.wireName() + ":<hex>").toList())
                + " here, not '" + text.toLowerCase(Locale.ROOT) + "'");
    }

    private Optional<String> query(String key) {
        return Optional.ofNullable(request.getParam(key));
    }

    private static RefusedException invalid(String message) {
        return new RefusedException(Refusal.INVALID_REQUEST, message);
    }
}
