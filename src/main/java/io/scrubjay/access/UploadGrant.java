// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.access;

import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Objects;

/**
 * Leave to create one image.
 *
 * @param image the image's name
 * @param term when it holds
 * @param way how whoever gave it proved who it is
 * @param by who gave it
 */
public record UploadGrant(String image, Term term, Way way, String by) {
    /** The one method that it is for. */
    public static final String METHOD = "PUT";

    public UploadGrant {
        Objects.requireNonNull(image);
        Objects.requireNonNull(term);
        Objects.requireNonNull(way);
        Objects.requireNonNull(by);
    }

    /**
     * When a grant holds. Both ends are signed: a clock that is set back would otherwise make the grants about hold for
     * as much longer.
     *
     * @param givenAt when it was given; whole seconds
     * @param expiresAt from then on it is worth nothing; whole seconds
     */
    public record Term(Instant givenAt, Instant expiresAt) {
        /** By how much the clocks of agents that share a key may differ, and a clock be set back. */
        static final Duration CLOCKS_DIFFER_MAX = Duration.ofMinutes(1);

        public Term {
            givenAt = givenAt.truncatedTo(ChronoUnit.SECONDS);
            expiresAt = expiresAt.truncatedTo(ChronoUnit.SECONDS);
        }

        /** Whether a grant holds at this moment. */
        boolean holdsAt(Instant now) {
            return now.isBefore(expiresAt) && !now.plus(CLOCKS_DIFFER_MAX).isBefore(givenAt);
        }
    }

    /** The one path that it is for. */
    public String path() {
        return "/v1/images/" + image + "/content";
    }

    /** What is signed: who gave it comes last, as only that may contain anything. */
    String text() {
        return "scrubjay-upload-3\n" + METHOD + "\n" + path() + "\n" + term.givenAt.getEpochSecond() + "\n"
                + term.expiresAt.getEpochSecond() + "\n" + way.wireName() + "\n" + by;
    }
}
