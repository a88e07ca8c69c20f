// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.api.volume;

import com.fasterxml.jackson.databind.annotation.JsonDeserialize;
import io.quarkus.runtime.annotations.RegisterForReflection;
import io.scrubjay.api.body.SizeInBytes;
import io.scrubjay.refusal.Refusal;
import io.scrubjay.refusal.RefusedException;
import org.eclipse.microprofile.openapi.annotations.media.Schema;

import java.util.Optional;

/** The JSON body of a request to change a volume. */
@RegisterForReflection
@Schema(name = "VolumeChange")
record VolumeChange(
        @Schema(
                implementation = Long.class,
                required = true,
                description = "a number of bytes, or a text as `1G`; rounded up to whole clusters")
        @JsonDeserialize(contentUsing = SizeInBytes.class)
        Optional<Long> sizeBytes) {
    long size() {
        return sizeBytes.orElseThrow(() -> new RefusedException(Refusal.INVALID_REQUEST, "'sizeBytes' is missing"));
    }
}
