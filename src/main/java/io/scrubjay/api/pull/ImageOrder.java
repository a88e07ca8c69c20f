// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.api.pull;

import io.quarkus.runtime.annotations.RegisterForReflection;
import io.scrubjay.api.lookup.ResourceNames;
import io.scrubjay.block.Digest;
import io.scrubjay.block.DigestAlgorithm;
import io.scrubjay.ingest.IngestOrder;
import io.scrubjay.manifest.ResourceName;
import io.scrubjay.refusal.Refusal;
import io.scrubjay.refusal.RefusedException;
import io.scrubjay.source.Compression;
import io.scrubjay.source.ImageFormat;
import io.scrubjay.source.SourceForm;
import org.eclipse.microprofile.openapi.annotations.media.Schema;

import java.util.Optional;
import java.util.OptionalLong;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The JSON body of a request for an image that the agent takes from elsewhere. */
@RegisterForReflection
@Schema(name = "ImageOrder")
record ImageOrder(
        @Schema(implementation = String.class, required = true)
        Optional<String> name,

        @Schema(implementation = SourceOrder.class, required = true)
        Optional<SourceOrder> source,

        @Schema(
                implementation = String.class,
                enumeration = {"auto", "raw", "qcow2"},
                defaultValue = "auto",
                description = "the format of the file; `auto` detects it from the first bytes")
        Optional<String> format,

        @Schema(
                implementation = String.class,
                enumeration = {"auto", "none", "gzip", "xz", "zstd"},
                defaultValue = "auto",
                description = "how the file is compressed; `auto` detects it from the first bytes")
        Optional<String> compression,

        @Schema(
                implementation = String.class,
                examples = "sha-256:…",
                description = "the digest of the file, `sha-256:` or `sha-512:`, or of the disk in it, `scrubjay1:`")
        Optional<String> expectedDigest) {
    private static final String AUTO = "auto";

    /** @throws RefusedException {@code invalid-request} */
    PullSource parsedSource() {
        return source.orElseThrow(() -> invalid("'source' is missing")).parsed();
    }

    /**
     * The order for the ingest.
     *
     * @throws RefusedException {@code invalid-name}, {@code invalid-request}
     */
    IngestOrder ingest() {
        Optional<Digest> digest = expectedDigest.map(ImageOrder::digest);
        return new IngestOrder(
                parsedName(),
                new SourceForm(parsedFormat(), parsedCompression()),
                OptionalLong.empty(),
                OptionalLong.empty(),
                digest.filter(known -> known.algorithm() != DigestAlgorithm.SCRUBJAY1).stream()
                        .toList(),
                digest.filter(known -> known.algorithm() == DigestAlgorithm.SCRUBJAY1));
    }

    /**
     * The content digest that the image of a volume or snapshot must have.
     *
     * @throws RefusedException {@code invalid-request} when the order says something about a file, which there is not
     */
    Optional<Digest> contentOnly() {
        parsedFormat().filter(word -> word != ImageFormat.RAW).ifPresent(word -> {
            throw invalid("a volume or snapshot is raw; leave 'format' out");
        });
        parsedCompression().filter(word -> word != Compression.NONE).ifPresent(word -> {
            throw invalid("a volume or snapshot is not compressed; leave 'compression' out");
        });
        Optional<Digest> digest = expectedDigest.map(ImageOrder::digest);
        digest.filter(known -> known.algorithm() != DigestAlgorithm.SCRUBJAY1).ifPresent(known -> {
            throw invalid("'expectedDigest' of a volume or snapshot must be the content digest, scrubjay1:<hex>: there"
                    + " is no file that could have a " + known.algorithm().wireName());
        });
        return digest;
    }

    /** @throws RefusedException {@code invalid-name} */
    ResourceName parsedName() {
        return ResourceNames.parse(
                name.orElseThrow(() -> new RefusedException(Refusal.INVALID_NAME, "'name' is missing")));
    }

    private Optional<ImageFormat> parsedFormat() {
        return format.filter(word -> !word.equals(AUTO))
                .map(word -> ImageFormat.ofWireName(word)
                        .orElseThrow(() -> invalid("'format' must be one of: auto, "
                                + words(Stream.of(ImageFormat.values()).map(ImageFormat::wireName)))));
    }

    private Optional<Compression> parsedCompression() {
        return compression
                .filter(word -> !word.equals(AUTO))
                .map(word -> Compression.ofWireName(word)
                        .orElseThrow(() -> invalid("'compression' must be one of: auto, "
                                + words(Stream.of(Compression.values()).map(Compression::wireName)))));
    }

    private static String words(Stream<String> known) {
        return known.collect(Collectors.joining(", "));
    }

    private static Digest digest(String text) {
        try {
            return Digest.parse(text);
        } catch (IllegalArgumentException nonsense) {
            throw new RefusedException(
                    Refusal.INVALID_REQUEST,
                    "'expectedDigest' must be sha-256:<hex>, sha-512:<hex> or scrubjay1:<hex>: "
                            + nonsense.getMessage(),
                    nonsense);
        }
    }

    private static RefusedException invalid(String message) {
        return new RefusedException(Refusal.INVALID_REQUEST, message);
    }
}
