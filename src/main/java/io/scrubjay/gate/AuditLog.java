// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.gate;

import io.scrubjay.access.Caller;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.RoutingContext;
import org.jboss.logging.Logger;

import java.util.Optional;

/**
 * A line of JSON for each request that changes something, and for each that was refused for want of leave, when it is
 * over. It never has the query, which may hold a signature, nor any field of the request's head. Stateless.
 */
final class AuditLog {
    /** The category of the log that the lines go to. */
    static final String CATEGORY = "io.scrubjay.audit";

    private static final String UNKNOWN_METHOD = "other";
    /** What each path of what was made begins with. */
    private static final String API = "/v1/";

    private static final Logger LOG = Logger.getLogger(CATEGORY);

    private AuditLog() {}

    /** Writes the line once the request is over, if there is to be one. */
    static void watch(RoutingContext request) {
        RequestEnd.of(request, outcome -> {
            int status = request.response().getStatusCode();
            if (OpenChanges.isOne(request) || isUnauthorized(status)) {
                LOG.info(line(request, outcome));
            }
        });
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

    /** A client may call a method anything, at any length. */
    private static String method(HttpMethod method) {
        return HttpMethod.values().contains(method) ? method.name() : UNKNOWN_METHOD;
    }

    /** The path alone: what stands before it in an answer is whatever the client called the agent. */
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
