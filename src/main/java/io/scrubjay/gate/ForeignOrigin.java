// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.gate;

import io.quarkus.vertx.http.runtime.cors.CORSFilter;
import io.scrubjay.api.body.UnreadBody;
import io.scrubjay.api.problem.Problem;
import io.scrubjay.api.problem.ProblemAnswer;
import io.vertx.core.MultiMap;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.impl.HttpServerRequestInternal;
import io.vertx.ext.web.RoutingContext;
import org.eclipse.microprofile.config.ConfigProvider;

import java.net.URI;
import java.net.URISyntaxException;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * Refuses requests of web pages of other origins, with a problem. The framework, which comes after this and decides
 * again, would only send a bare 403. Immutable.
 */
final class ForeignOrigin {
    private static final String ORIGINS = "quarkus.http.cors.origins";
    private static final String METHODS = "quarkus.http.cors.methods";

    private static final String EXPOSED = "quarkus.http.cors.exposed-headers";
    private static final String CREDENTIALS = "quarkus.http.cors.access-control-allow-credentials";

    private final Optional<List<String>> allowed;
    private final List<Pattern> allowedPatterns;
    /** The methods that an allowed page may use; empty for all. */
    private final Optional<List<String>> methods;

    private final String exposed;
    private final Optional<Boolean> credentials;

    private ForeignOrigin(
            Optional<List<String>> allowed,
            Optional<List<String>> methods,
            List<String> exposed,
            Optional<Boolean> credentials) {
        this.allowed = allowed;
        this.allowedPatterns = CORSFilter.parseAllowedOriginsRegex(allowed);
        this.methods = methods.filter(some -> !some.contains("*"));
        this.exposed = String.join(",", exposed);
        this.credentials = credentials;
    }

    /** With the origins that the administrator has allowed. */
    static ForeignOrigin configured() {
        return new ForeignOrigin(
                listed(ORIGINS),
                listed(METHODS),
                listed(EXPOSED).orElseGet(List::of),
                ConfigProvider.getConfig().getOptionalValue(CREDENTIALS, Boolean.class));
    }

    /** Reads a list like the framework, which accepts blanks around the commas. */
    private static Optional<List<String>> listed(String key) {
        return ConfigProvider.getConfig()
                .getOptionalValues(key, String.class)
                .map(values -> values.stream().map(String::strip).toList());
    }

    void pass(RoutingContext request) {
        String origin = request.request().getHeader(HttpHeaders.ORIGIN);
        if (origin == null || isOwn(request.request(), origin)) {
            request.next();
        } else if (!isAllowed(origin)) {
            refuse(
                    request,
                    "this agent answers no web pages of other origins; its administrator can allow some with "
                            + ORIGINS);
        } else if (isQuestion(request.request()) || mayUse(request.request().method())) {
            request.next();
        } else {
            refuse(
                    request,
                    "web pages of this origin may not send " + request.request().method()
                            + " requests to the agent; its administrator can allow more methods with " + METHODS);
        }
    }

    /**
     * Lets an allowed page read its response, even if the request is refused before the framework sees it. Called just
     * before the head of the response is sent.
     */
    void letRead(RoutingContext request) {
        String origin = request.request().getHeader(HttpHeaders.ORIGIN);
        MultiMap answer = request.response().headers();
        if (origin != null && !answer.contains(HttpHeaders.ACCESS_CONTROL_ALLOW_ORIGIN) && isAllowed(origin)) {
            answer.set(HttpHeaders.ACCESS_CONTROL_ALLOW_ORIGIN, origin);
            answer.set(HttpHeaders.ACCESS_CONTROL_EXPOSE_HEADERS, exposed);
            answer.set(
                    HttpHeaders.ACCESS_CONTROL_ALLOW_CREDENTIALS,
                    credentials.orElseGet(() -> isNamed(origin)).toString());
        }
    }

    private boolean isNamed(String origin) {
        return allowed.stream().flatMap(List::stream).anyMatch(origin::equals);
    }

    private static void refuse(RoutingContext request, String detail) {
        UnreadBody.refuse(request.request(), ((HttpServerRequestInternal) request.request()).context());
        ProblemAnswer.send(request, Problem.of(403, "forbidden", detail));
    }

    /**
     * Whether this is a preflight request, which a browser sends before the request of a page; the framework answers
     * it.
     */
    private static boolean isQuestion(HttpServerRequest request) {
        return request.method().equals(HttpMethod.OPTIONS)
                && request.headers().contains(HttpHeaders.ACCESS_CONTROL_REQUEST_METHOD);
    }

    private boolean mayUse(HttpMethod method) {
        return methods.isEmpty() || methods.get().contains(method.name());
    }

    private boolean isAllowed(String origin) {
        return isNamed(origin) || isNamed("*") || CORSFilter.isOriginAllowedByRegex(allowedPatterns, origin);
    }

    private static boolean isOwn(HttpServerRequest request, String origin) {
        try {
            URI page = new URI(origin);
            URI here = new URI(request.scheme() + "://" + request.authority());
            return here.getScheme().equalsIgnoreCase(page.getScheme())
                    && here.getHost() != null
                    && here.getHost().equalsIgnoreCase(page.getHost())
                    && port(here) == port(page);
        } catch (URISyntaxException nonsense) {
            return false;
        }
    }

    private static int port(URI uri) {
        if (uri.getPort() >= 0) {
            return uri.getPort();
        }
        return uri.getScheme().equalsIgnoreCase("https") ? 443 : 80;
    }
}
