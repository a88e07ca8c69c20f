// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.api.upload;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.quarkus.runtime.annotations.RegisterForReflection;
import io.scrubjay.manifest.SessionRecord;
import org.eclipse.microprofile.openapi.annotations.media.Schema;

import java.time.Instant;
import java.util.Optional;

/**
 * A resumable upload that has begun.
 *
 * @param id its id, which ends its path
 * @param name the name of the image that is to be made
 * @param offsetBytes how many bytes have been received
 * @param lengthBytes how many there are in all, once that is known
 * @param expiresAt when it is removed, unless something is sent before
 */
@RegisterForReflection
@Schema(name = "ResumableUpload")
@JsonInclude(JsonInclude.Include.NON_ABSENT)
record SessionView(
        String id,
        String name,
        long offsetBytes,

        @Schema(implementation = Long.class, nullable = true)
        Optional<Long> lengthBytes,

        Instant expiresAt) {
    static SessionView of(SessionRecord record) {
        return new SessionView(
                record.id().hex(),
                record.announced().name().value(),
                record.offsetBytes(),
                record.lengthBytes().isPresent()
                        ? Optional.of(record.lengthBytes().getAsLong())
                        : Optional.empty(),
                record.expiresAt());
    }
}
