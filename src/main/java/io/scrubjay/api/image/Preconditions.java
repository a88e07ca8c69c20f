// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.api.image;

import io.scrubjay.image.Image;
import io.scrubjay.image.ImageState;
import io.scrubjay.manifest.ManifestHeader;
import io.scrubjay.refusal.Refusal;
import io.scrubjay.refusal.RefusedException;
import jakarta.ws.rs.core.HttpHeaders;

import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeParseException;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * To which bytes of an image or snapshot a request applies, RFC 9110, sections 13.1.1 and 13.1.4. The bytes are as they
 * are since they were proven.
 *
 * @param ifMatch the fields of this name; none for a request without
 * @param ifUnmodifiedSince what that field says, if it is there and a date
 */
record Preconditions(List<String> ifMatch, Optional<Instant> ifUnmodifiedSince) {
    static final String OTHER_BYTES =
            "the stored bytes have changed since those that If-Match or If-Unmodified-Since refers to; start over"
                    + " with the current ones";

    /** As RFC 9110, section 5.6.7, wants a date to be sent: with a day of two digits. */
    private static final DateTimeFormatter HTTP_DATE = DateTimeFormatter.ofPattern(
                    "EEE, dd MMM yyyy HH:mm:ss 'GMT'", Locale.ENGLISH)
            .withZone(ZoneOffset.UTC);

    Preconditions {
        ifMatch = List.copyOf(ifMatch);
    }

    static Preconditions of(HttpHeaders request) {
        return new Preconditions(
                Optional.ofNullable(request.getRequestHeader(HttpHeaders.IF_MATCH))
                        .orElse(List.of()),
                Optional.ofNullable(request.getHeaderString(HttpHeaders.IF_UNMODIFIED_SINCE))
                        .flatMap(Preconditions::instant));
    }

    /** {@code Last-Modified} of these bytes. */
    static String date(ManifestHeader header) {
        return httpDate(header.sealedAt());
    }

    static String httpDate(Instant instant) {
        return HTTP_DATE.format(instant);
    }

    /**
     * Whether a client that got this date with its bytes has the present bytes. A later date is not enough: the present
     * bytes may be newer, if the clock was set back in between. False when the text is not a date.
     */
    static boolean isDateOf(String date, ManifestHeader header) {
        return instant(date).filter(modified(header)::equals).isPresent();
    }

    /** Dates of HTTP have no parts of seconds. */
    private static Instant modified(ManifestHeader header) {
        return header.sealedAt().truncatedTo(ChronoUnit.SECONDS);
    }

    /**
     * Whether the request applies to these bytes.
     *
     * @param tag of the form in which they are requested
     */
    boolean allow(ManifestHeader header, String tag) {
        return ifMatch.isEmpty() ? allowDate(header) : EntityTags.allow(ifMatch, tag);
    }

    /** The same for a request that is about all forms of the bytes. */
    private boolean allowAnyForm(ManifestHeader header) {
        return ifMatch.isEmpty()
                ? allowDate(header)
                : EntityTags.allowAnyForm(ifMatch, EntityTags.of(header.contentDigest()));
    }

    private boolean allowDate(ManifestHeader header) {
        return ifUnmodifiedSince.filter(modified(header)::isAfter).isEmpty();
    }

    /**
     * Checks the conditions of a request that changes an image or snapshot.
     *
     * @throws RefusedException {@code precondition-failed} when it has other bytes, or none yet, or a date is given and
     *     nobody knows its own
     */
    void require(Image image) {
        boolean isMet = ifMatch.isEmpty() && ifUnmodifiedSince.isEmpty();
        if (!isMet && image.state() instanceof ImageState.Committed committed) {
            isMet = committed.known().map(this::allowAnyForm).orElse(false);
        }
        if (!isMet) {
            throw new RefusedException(Refusal.PRECONDITION_FAILED, OTHER_BYTES);
        }
    }

    /** Parses a date; an invalid one is ignored, as the RFC requires. */
    private static Optional<Instant> instant(String text) {
        try {
            return Optional.of(Instant.from(DateTimeFormatter.RFC_1123_DATE_TIME.parse(text.strip())));
        } catch (DateTimeParseException nonsense) {
            return Optional.empty();
        }
    }
}
