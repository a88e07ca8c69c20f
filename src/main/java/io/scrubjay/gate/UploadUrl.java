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
 * What a request says that its URL was signed for.
 *
 * @param grant made of what the request itself is for, so that no other request can use the signature
 */
record UploadUrl(UploadGrant grant, String signature) {
    /** The path as it is sent: nothing that could be read in two ways, such as escapes, gets through. */
    private static final Pattern PATH =
            Pattern.compile("/v1/images/([a-z0-9.-]{1," + ResourceName.LENGTH_MAX + "})/content");

    private static final int SECONDS_DIGITS_MAX = 12;

    /** Nothing for a request that has no signature, or whose method and path no signature is for. */
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
                : Instant.EPOCH; // Nobody has signed that.
    }

    private static Way way(HttpServerRequest request) {
        return Way.ofWireName(request.getParam(UploadUrlKeys.WAY, ""))
                .orElse(Way.UPLOAD_URL); // Nobody has signed that, either.
    }

    private static String by(HttpServerRequest request) {
        return request.getParam(UploadUrlKeys.BY, "");
    }
}
