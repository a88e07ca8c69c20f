// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.gate;

import io.scrubjay.access.UploadGrant;
import io.scrubjay.access.Way;
import io.scrubjay.api.upload.UploadUrlKeys;
import io.scrubjay.manifest.ResourceName;
import io.vertx.core.http.HttpServerRequest;

import java.time.Instant;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The grant that a request's URL claims to have been signed for.
 *
 * @param grant made from the method and path of the request itself, so that no other request can use the signature
 */
record UploadUrl(UploadGrant grant, String signature) {
    /**
     * Matches the path as it was sent: a path that could be read in two ways, such as one with escapes, does not match.
     */
    private static final Pattern PATH =
            Pattern.compile("/v1/images/([a-z0-9.-]{1," + ResourceName.LENGTH_MAX + "})/content");

    private static final int SECONDS_DIGITS_MAX = 12;

    /**
     * The upload URL of a request; empty if it has no signature, or if signatures are not possible for its method and
     * path.
     */
    static Optional<UploadUrl> of(HttpServerRequest request) {
        Matcher path = PATH.matcher(request.path());
        if (!request.method().name().equals(UploadGrant.METHOD) || !path.matches()) {
            return Optional.empty();
        }
        return Optional.ofNullable(request.getParam(UploadUrlKeys.SIGNATURE))
                .map(signature -> new UploadUrl(
                        new UploadGrant(path.group(1), term(request), way(request), by(request)), signature));
    }

    private static UploadGrant.Term term(HttpServerRequest request) {
        return new UploadGrant.Term(instant(request, UploadUrlKeys.GIVEN), instant(request, UploadUrlKeys.EXPIRES));
    }

    private static Instant instant(HttpServerRequest request, String key) {
        String text = request.getParam(key, "");
        return text.matches("\\d{1," + SECONDS_DIGITS_MAX + "}")
                ? Instant.ofEpochSecond(Long.parseLong(text))
                : Instant.EPOCH; // This was never signed.
    }

    private static Way way(HttpServerRequest request) {
        return Way.ofWireName(request.getParam(UploadUrlKeys.WAY, ""))
                .orElse(Way.UPLOAD_URL); // This was never signed, either.
    }

    private static String by(HttpServerRequest request) {
        return request.getParam(UploadUrlKeys.BY, "");
    }
}
