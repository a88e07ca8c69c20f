// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.access;

import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Objects;

/**
 * Leave to create one image.
 *
 * @param image the image's name
 * @param expiresAt from then on it is worth nothing; whole seconds
 * @param way how whoever gave it proved who it is
 * @param by who gave it
 */
public record UploadGrant(String image, Instant expiresAt, Way way, String by) {
    /** The one method that it is for. */
    public static final String METHOD = "PUT";

    public UploadGrant {
        Objects.requireNonNull(image);
        Objects.requireNonNull(way);
        Objects.requireNonNull(by);
        expiresAt = expiresAt.truncatedTo(ChronoUnit.SECONDS);
    }

    /** The one path that it is for. */
    public String path() {
        return "/v1/images/" + image + "/content";
    }

    public boolean isExpired(Instant now) {
        return !now.isBefore(expiresAt);
    }

    /** What is signed: who gave it comes last, as only that may contain anything. */
    String text() {
        return "scrubjay-upload-2\n" + METHOD + "\n" + path() + "\n" + expiresAt.getEpochSecond() + "\n"
                + way.wireName() + "\n" + by;
    }
}
