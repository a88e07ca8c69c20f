// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.api.image;

import io.quarkus.runtime.annotations.RegisterForReflection;
import io.scrubjay.api.lookup.ResourceNames;
import io.scrubjay.block.Digest;
import io.scrubjay.refusal.Refusal;
import io.scrubjay.refusal.RefusedException;
import io.scrubjay.source.ImageFormat;
import org.eclipse.microprofile.openapi.annotations.media.Schema;

import java.util.List;
import java.util.Optional;

/** An image to be made from somewhere else, as it comes in. */
@RegisterForReflection
@Schema(name = "ImageRequest")
record ImageRequest(
        @Schema(implementation = String.class, required = true)
        Optional<String> name,

        @Schema(implementation = SourceRequest.class, required = true)
        Optional<SourceRequest> source,

        @Schema(
                implementation = String.class,
                enumeration = {"auto", "raw", "qcow2"})
        Optional<String> format,

        @Schema(implementation = String.class, examples = "sha-256:…")
        Optional<String> expectedDigest) {
    private static final List<String> SOURCES = List.of("url", "peer", "volume");

    /** Where the image comes from. */
    @RegisterForReflection
    @Schema(name = "ImageSource")
    record SourceRequest(
            @Schema(
                    implementation = String.class,
                    required = true,
                    enumeration = {"url", "peer", "volume"})
            Optional<String> type,

            @Schema(implementation = String.class) Optional<String> url,
            @Schema(implementation = String.class) Optional<String> image,
            @Schema(implementation = String.class) Optional<String> volume) {}

    /** Why this image is not made: what is wrong with the request, or that its source is not supported. */
    RefusedException refusal() {
        ResourceNames.parse(name.orElseThrow(() -> new RefusedException(Refusal.INVALID_NAME, "'name' is missing")));
        String type = source.flatMap(SourceRequest::type)
                .filter(SOURCES::contains)
                .orElseThrow(() -> invalid("'source.type' must be one of " + String.join(", ", SOURCES)));
        if (format.filter(word ->
                        !word.equals("auto") && ImageFormat.ofWireName(word).isEmpty())
                .isPresent()) {
            throw invalid("'format' must be one of auto, raw, qcow2");
        }
        expectedDigest.ifPresent(ImageRequest::requireDigest);
        return new RefusedException(
                Refusal.UNSUPPORTED_IMAGE,
                "the agent cannot fetch an image by 'source.type' " + type + " yet; upload its bytes with PUT"
                        + " /v1/images/{name}/content");
    }

    private static void requireDigest(String text) {
        try {
            Digest.parse(text);
        } catch (IllegalArgumentException nonsense) {
            throw new RefusedException(Refusal.INVALID_REQUEST, "'expectedDigest': " + nonsense.getMessage(), nonsense);
        }
    }

    private static RefusedException invalid(String message) {
        return new RefusedException(Refusal.INVALID_REQUEST, message);
    }
}
