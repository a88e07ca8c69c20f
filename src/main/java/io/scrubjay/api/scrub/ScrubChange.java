// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.api.scrub;

import com.fasterxml.jackson.databind.annotation.JsonDeserialize;
import io.scrubjay.api.body.SizeInBytes;
import io.scrubjay.refusal.Refusal;
import io.scrubjay.refusal.RefusedException;
import io.scrubjay.scrub.Scrubber;
import org.eclipse.microprofile.openapi.annotations.media.Schema;

/**
 * The request to change how scrubs run. Fields that a client left out are null, and their settings stay as they are.
 */
record ScrubChange(
        @Schema(description = "a number of bytes, or a text as `200M`; 0 for no limit")
        @JsonDeserialize(using = SizeInBytes.class)
        Long rateLimitBytesPerSecond,

        Boolean paused) {
    /** @throws RefusedException {@code invalid-request}; nothing has changed then */
    void applyTo(Scrubber scrubber) {
        if (rateLimitBytesPerSecond != null && rateLimitBytesPerSecond < 0) {
            throw new RefusedException(
                    Refusal.INVALID_REQUEST, "'rateLimitBytesPerSecond' must not be negative; 0 means no limit");
        }
        if (rateLimitBytesPerSecond != null) {
            scrubber.limitRate(rateLimitBytesPerSecond);
        }
        if (Boolean.TRUE.equals(paused)) {
            scrubber.pause();
        } else if (Boolean.FALSE.equals(paused)) {
            scrubber.resume();
        }
    }
}
