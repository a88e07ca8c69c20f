// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.api.problem;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.quarkus.runtime.annotations.RegisterForReflection;
import io.scrubjay.block.Digest;
import io.scrubjay.image.Image;
import io.scrubjay.image.ImageState;
import io.scrubjay.image.KnownDigests;
import org.eclipse.microprofile.openapi.annotations.media.Schema;

import java.util.Optional;

/**
 * The image or snapshot that has the requested name. A client whose response got lost recognises its own image by the
 * digests, without another request.
 */
@RegisterForReflection
@Schema(name = "NameHolder")
@JsonInclude(JsonInclude.Include.NON_ABSENT)
public record NameHolder(
        String id,
        String state,

        @Schema(implementation = String.class, nullable = true)
        Optional<String> sourceDigest,

        @Schema(implementation = String.class, nullable = true)
        Optional<String> contentDigest,

        @Schema(implementation = String.class, nullable = true)
        Optional<String> expectedDigest) {
    static NameHolder of(Image image) {
        ImageState state = image.state();
        KnownDigests digests = KnownDigests.of(state);
        return new NameHolder(
                image.id().toString(),
                state.wireName(),
                digests.source().map(Digest::toString),
                digests.content().map(Digest::toString),
                image.expectedDigest().map(Digest::toString));
    }
}
