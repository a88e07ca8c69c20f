// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.scrub;

import io.scrubjay.manifest.ResourceName;

import java.time.Instant;
import java.util.Objects;
import java.util.Optional;

/**
 * An event that people may want to look up later.
 *
 * @param at when it happened
 * @param code a stable code of lower-case letters and dashes
 * @param image the image it is about
 * @param message the same for people
 */
public record ScrubEvent(Instant at, String code, Optional<ResourceName> image, String message) {
    public ScrubEvent {
        Objects.requireNonNull(at);
        Objects.requireNonNull(code);
        Objects.requireNonNull(image);
        Objects.requireNonNull(message);
    }
}
