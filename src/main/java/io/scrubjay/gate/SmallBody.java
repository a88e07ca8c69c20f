// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.gate;

import io.quarkus.vertx.http.runtime.VertxHttpRecorder;
import io.scrubjay.api.Problem;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.ext.web.RoutingContext;

import java.util.Optional;

/** Holds bodies that are read as a whole, JSON, to a size and a time. Stateless. */
final class SmallBody {
    private static final String MULTIPART = "multipart/form-data";

    private SmallBody() {}

    /** Why the request cannot go on, if it cannot; otherwise its body is watched from now on. */
    static Optional<Problem> problem(RoutingContext request, GateConfig config) {
        if (isStream(request.request())) {
            return Optional.empty();
        }
        long max = config.jsonMax().bytes();
        if (announcedBytes(request.request()) > max) {
            return Optional.of(Problem.of(413, "too-large", "a body has at most " + max + " bytes here"));
        }
        // Whoever reads it counts: the length need not have been announced.
        request.put(VertxHttpRecorder.MAX_REQUEST_SIZE_KEY, max);
        if (!BodyArrival.isComplete(request)) {
            long timer = request.vertx().setTimer(config.jsonTimeout().toMillis(), late -> cutOff(request));
            RequestEnd.of(request, outcome -> request.vertx().cancelTimer(timer));
        }
        return Optional.empty();
    }

    /**
     * Ends a request whose body is still coming; whatever else takes long, its answer say, is not the sender's fault.
     * Ends the connection, with HTTP/2 as well: of the end of a single stream by this side, the thread that waits for the
     * rest of the body would not hear.
     */
    private static void cutOff(RoutingContext request) {
        if (!BodyArrival.isComplete(request)) {
            request.request().connection().close();
        }
    }

    /** The bytes of images and volumes, whose limits are elsewhere. */
    static boolean isStream(HttpServerRequest request) {
        if (request.method().equals(HttpMethod.PUT)) {
            return request.path().endsWith("/content");
        }
        String type = request.getHeader(HttpHeaders.CONTENT_TYPE);
        return request.method().equals(HttpMethod.POST)
                && request.path().equals("/v1/images")
                && type != null
                && type.regionMatches(true, 0, MULTIPART, 0, MULTIPART.length());
    }

    private static long announcedBytes(HttpServerRequest request) {
        String length = request.getHeader(HttpHeaders.CONTENT_LENGTH);
        return length == null ? 0 : Long.parseLong(length);
    }
}
