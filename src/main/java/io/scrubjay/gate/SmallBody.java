// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.gate;

import io.quarkus.vertx.http.runtime.VertxHttpRecorder;
import io.scrubjay.api.AllowedMethods;
import io.scrubjay.api.problem.Problem;
import io.scrubjay.api.upload.TusProtocol;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.ext.web.RoutingContext;

import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/** Decides which bodies are received completely, as JSON, and how large they may be. Stateless. */
final class SmallBody {
    private static final String MULTIPART = "multipart/form-data";
    /** The paths that take the file of an image in a form. */
    private static final Pattern FORM = Pattern.compile("/v1/images(/[^/]+)?");
    /** The methods whose bodies are read. */
    private static final Set<HttpMethod> READ = Set.of(HttpMethod.POST, HttpMethod.PUT, HttpMethod.PATCH);

    private SmallBody() {}

    /** Why the request is refused, if its announced body is too large. */
    static Optional<Problem> problem(RoutingContext request, GateConfig config) {
        if (isStream(request)) {
            return Optional.empty();
        }
        long max = config.jsonMax().bytes();
        if (announcedBytes(request.request()) > max) {
            return Optional.of(Problem.of(413, "too-large", tooLarge(config)));
        }
        // The reader of the body counts its bytes: the length need not be announced.
        request.put(VertxHttpRecorder.MAX_REQUEST_SIZE_KEY, max);
        return Optional.empty();
    }

    /** The text for a client whose body is too large. */
    static String tooLarge(GateConfig config) {
        return "the request body is too large; this path takes at most "
                + config.jsonMax().bytes() + " bytes";
    }

    /** Whether the request must wait for its body. For the connection's event loop. */
    static boolean isComing(RoutingContext request) {
        return isRead(request) && !isStream(request) && !BodyArrival.isComplete(request);
    }

    /** Whether bodies of requests with this method are read. */
    static boolean isRead(RoutingContext request) {
        return READ.contains(request.request().method());
    }

    /** Whether the body is the bytes of an image or volume, which have other limits. */
    static boolean isStream(RoutingContext routed) {
        HttpServerRequest request = routed.request();
        // Compared in the way in which resources are found, including paths with escapes.
        String path = AllowedMethods.resource(routed.normalizedPath());
        if (request.method().equals(HttpMethod.PUT)) {
            return path.endsWith("/content");
        }
        if (TusProtocol.isAt(path)) {
            return request.method().equals(HttpMethod.POST) || request.method().equals(HttpMethod.PATCH);
        }
        String type = request.getHeader(HttpHeaders.CONTENT_TYPE);
        return request.method().equals(HttpMethod.POST)
                && FORM.matcher(path).matches()
                && type != null
                && type.regionMatches(true, 0, MULTIPART, 0, MULTIPART.length());
    }

    static long announcedBytes(HttpServerRequest request) {
        String length = request.getHeader(HttpHeaders.CONTENT_LENGTH);
        return length == null ? 0 : Long.parseLong(length);
    }
}
