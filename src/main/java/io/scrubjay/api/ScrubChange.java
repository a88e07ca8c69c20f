// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.api;

import io.scrubjay.image.Refusal;
import io.scrubjay.image.RefusedException;
import io.scrubjay.scrub.Scrubber;

/** The request to change how scrubs run. What a client left out is null and stays as it is. */
record ScrubChange(Long rateLimitBytesPerSecond, Boolean paused) {
    /** @throws RefusedException {@code invalid-request}; nothing has changed then */
    void applyTo(Scrubber scrubber) {
        if (rateLimitBytesPerSecond != null && rateLimitBytesPerSecond < 0) {
            throw new RefusedException(Refusal.INVALID_REQUEST, "a rate limit is 0, for none, or more");
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
