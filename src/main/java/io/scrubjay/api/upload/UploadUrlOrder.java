// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.api.upload;

import io.quarkus.runtime.annotations.RegisterForReflection;
import io.scrubjay.api.lookup.ResourceNames;
import io.scrubjay.manifest.ResourceName;
import io.scrubjay.refusal.Refusal;
import io.scrubjay.refusal.RefusedException;
import org.eclipse.microprofile.openapi.annotations.media.Schema;

import java.time.Duration;
import java.util.Optional;

/** The JSON body of a request for an upload URL. */
@RegisterForReflection
@Schema(name = "UploadUrlOrder")
record UploadUrlOrder(
        @Schema(implementation = String.class, required = true)
        Optional<String> image,

        @Schema(implementation = Integer.class, examples = "900")
        Optional<Integer> expiresInSeconds) {
    private static final Duration USUAL_LIFETIME = Duration.ofMinutes(15);

    ResourceName parsedImage() {
        return ResourceNames.parse(
                image.orElseThrow(() -> new RefusedException(Refusal.INVALID_NAME, "'image' is missing")));
    }

    /** How long it is to hold; the usual time is cut to what is allowed. */
    Duration lifetime(Duration lifetimeMax) {
        return expiresInSeconds.map(Duration::ofSeconds).orElseGet(() -> min(USUAL_LIFETIME, lifetimeMax));
    }

    private static Duration min(Duration one, Duration other) {
        return one.compareTo(other) < 0 ? one : other;
    }
}
