// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.gate;

import io.scrubjay.access.Caller;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.RoutingContext;
import jakarta.inject.Singleton;
import org.jboss.logging.Logger;

import java.util.Optional;
import java.util.concurrent.atomic.LongAdder;

/**
 * Writes a line of JSON at the end of each request that changes something or was refused for lack of permission. The
 * line never has the query, which may have a signature, or any header of the request. A line that cannot be logged is
 * counted, and its request goes on. Thread-safe.
 */
@Singleton
public final class AuditLog {
    /** The category of the log that the lines go to. */
    public static final String CATEGORY = "io.scrubjay.audit";

    private static final String UNKNOWN_METHOD = "other";
    /** The prefix of every path of a created resource. */
    private static final String API = "/v1/";

    private static final Logger LOG = Logger.getLogger(CATEGORY);

    private final LongAdder lost = new LongAdder();

    AuditLog() {}

    /** How many lines the log did not accept. What happens to accepted lines is not known here. */
    public long lostLines() {
        return lost.sum();
    }

    /** Writes the line at the end of the request, if it needs one. */
    void watch(RoutingContext request) {
        RequestEnd.of(request, outcome -> {
            int status = request.response().getStatusCode();
            if (OpenChanges.isOne(request) || isUnauthorized(status)) {
                write(request, outcome);
            }
        });
    }

    private void write(RoutingContext request, RequestEnd.Outcome outcome) {
        try {
            LOG.info(line(request, outcome));
        } catch (RuntimeException failed) {
            // This cannot be logged, and it is not the fault of the request.
            lost.increment();
        }
    }

    private static String line(RoutingContext request, RequestEnd.Outcome outcome) {
        HttpServerResponse response = request.response();
        Optional<Caller> caller = Callers.of(request);
        JsonObject line = new JsonObject()
                .put("event", "audit")
                .put("who", caller.map(Caller::name).orElse(null))
                .put("by", caller.map(known -> known.way().wireName()).orElse(null))
                .put("remote", remote(request))
                .put("method", method(request.request().method()))
                .put("path", request.request().path());
        if (outcome == RequestEnd.Outcome.CUT) {
            return line.put("result", "cut").encode();
        }
        line.put("result", result(response.getStatusCode())).put("status", response.getStatusCode());
        made(response).ifPresent(path -> line.put("made", path));
        return line.encode();
    }

    /** The method for the line: a client may send any method, of any length. */
    private static String method(HttpMethod method) {
        return HttpMethod.values().contains(method) ? method.name() : UNKNOWN_METHOD;
    }

    /** Only the path of the created resource: the host before it in a response is the one that the client sent. */
    private static Optional<String> made(HttpServerResponse response) {
        return Optional.ofNullable(response.headers().get(HttpHeaders.LOCATION))
                .filter(location -> location.contains(API))
                // The last: no name of ours has it, and what stands before is the client's.
                .map(location -> location.substring(location.lastIndexOf(API)));
    }

    private static String remote(RoutingContext request) {
        return request.request().remoteAddress() == null
                ? null
                : request.request().remoteAddress().toString();
    }

    private static String result(int status) {
        if (status < 400) {
            return "done";
        }
        return status == 500 ? "failed" : "refused";
    }

    private static boolean isUnauthorized(int status) {
        return status == 401 || status == 403;
    }
}
