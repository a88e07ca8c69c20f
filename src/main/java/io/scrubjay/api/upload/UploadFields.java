// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.api.upload;

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
import io.vertx.core.MultiMap;

import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * What a sender says about its file: the keys of an upload's query, or the fields of a form. Invalid values are refused.
 * Confined to the request's event loop.
 */
final class UploadFields {
    static final String FORMAT = "format";
    static final String COMPRESSION = "compression";
    static final String SIZE = "size";
    static final String CONTENT_DIGEST = "contentDigest";

    private static final String AUTO = "auto";

    private final MultiMap values;

    /**
     * @param values by their keys; other keys than these are ignored
     */
    UploadFields(MultiMap values) {
        this.values = values;
    }

    /**
     * The order for an ingest.
     *
     * @param expectedBytes the length of the file, if the sender gave it
     * @param digests those of the file
     * @throws RefusedException {@code invalid-request}
     */
    IngestOrder order(ResourceName name, OptionalLong expectedBytes, List<Digest> digests) {
        return new IngestOrder(
                name,
                new SourceForm(format(), compression()),
                expectedBytes,
                size(),
                digests,
                value(CONTENT_DIGEST).map(UploadFields::contentDigest));
    }

    /** The format; empty for {@code auto}. */
    Optional<ImageFormat> format() {
        return value(FORMAT)
                .filter(text -> !text.equals(AUTO))
                .map(text -> ImageFormat.ofWireName(text)
                        .orElseThrow(() -> invalid("'format' must be auto, raw or qcow2, not '" + text + "'")));
    }

    private Optional<Compression> compression() {
        return value(COMPRESSION)
                .filter(text -> !text.equals(AUTO))
                .map(text -> Compression.ofWireName(text)
                        .orElseThrow(() ->
                                invalid("'compression' must be auto, none, gzip, xz or zstd, not '" + text + "'")));
    }

    private OptionalLong size() {
        Optional<String> text = value(SIZE);
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
                + " 'digest'");
    }

    /** The one value of a key; two of them have been refused. */
    private Optional<String> value(String key) {
        return Optional.ofNullable(values.get(key));
    }

    private static RefusedException invalid(String message) {
        return new RefusedException(Refusal.INVALID_REQUEST, message);
    }
}
