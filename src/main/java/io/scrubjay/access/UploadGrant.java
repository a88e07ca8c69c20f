// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.access;

import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Objects;

/**
 * Permission to create one image.
 *
 * @param image the image's name
 * @param term when it is valid
 * @param way how the giver authenticated
 * @param by the name of the caller who gave it
 */
public record UploadGrant(String image, Term term, Way way, String by) {
    /** The only HTTP method that it permits. */
    public static final String METHOD = "PUT";

    public UploadGrant {
        Objects.requireNonNull(image);
        Objects.requireNonNull(term);
        Objects.requireNonNull(way);
        Objects.requireNonNull(by);
    }

    /**
     * The time during which a grant is valid. Beginning and end are both signed: otherwise, setting a clock back would
     * make existing grants valid for longer.
     *
     * @param givenAt when it was given, in whole seconds
     * @param expiresAt when it expires, in whole seconds
     */
    public record Term(Instant givenAt, Instant expiresAt) {
        /** How far the clocks of agents that share a key may differ, or a clock may be set back. */
        static final Duration CLOCKS_DIFFER_MAX = Duration.ofMinutes(1);

        public Term {
            givenAt = givenAt.truncatedTo(ChronoUnit.SECONDS);
            expiresAt = expiresAt.truncatedTo(ChronoUnit.SECONDS);
        }

        /** Whether a grant is valid at this moment. */
        boolean holdsAt(Instant now) {
            return now.isBefore(expiresAt) && !now.plus(CLOCKS_DIFFER_MAX).isBefore(givenAt);
        }
    }

    /** The only path that it permits. */
    public String path() {
        return "/v1/images/" + image + "/content";
    }

    /**
     * The text that is signed. The name of the giver comes last, since it is the only part that may contain any
     * character.
     */
    String text() {
        return "scrubjay-upload-3\n" + METHOD + "\n" + path() + "\n" + term.givenAt.getEpochSecond() + "\n"
                + term.expiresAt.getEpochSecond() + "\n" + way.wireName() + "\n" + by;
    }
}
