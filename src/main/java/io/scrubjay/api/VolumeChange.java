package io.scrubjay.api;

import io.quarkus.runtime.annotations.RegisterForReflection;
import io.scrubjay.image.Refusal;
import io.scrubjay.image.RefusedException;
import org.eclipse.microprofile.openapi.annotations.media.Schema;

import java.util.Optional;

/** What is to become of a volume, as it comes in. */
@RegisterForReflection
@Schema(name = "VolumeChange")
record VolumeChange(
        @Schema(implementation = Long.class, required = true, description = "rounded up to whole clusters")
        Optional<Long> sizeBytes) {
    long size() {
        return sizeBytes.orElseThrow(() -> new RefusedException(Refusal.INVALID_REQUEST, "'sizeBytes' is missing"));
    }
}
