// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.gate;

import io.quarkus.vertx.http.runtime.cors.CORSFilter;
import io.scrubjay.api.Problem;
import io.scrubjay.api.ProblemAnswer;
import io.scrubjay.api.UnreadBody;
import io.vertx.core.http.HttpHeaders;
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
 * Refuses what pages of other origins ask for, with a problem: the framework, which comes after this and has the last word,
 * would say nothing but 403. Immutable.
 */
final class ForeignOrigin {
    private static final String ORIGINS = "quarkus.http.cors.origins";

    private final Optional<List<String>> allowed;
    private final List<Pattern> allowedPatterns;

    private ForeignOrigin(Optional<List<String>> allowed) {
        this.allowed = allowed;
        this.allowedPatterns = CORSFilter.parseAllowedOriginsRegex(allowed);
    }

    /** As the administrator has allowed others. */
    static ForeignOrigin configured() {
        return new ForeignOrigin(ConfigProvider.getConfig().getOptionalValues(ORIGINS, String.class));
    }

    void pass(RoutingContext request) {
        String origin = request.request().getHeader(HttpHeaders.ORIGIN);
        if (origin == null || isAllowed(origin) || isOwn(request.request(), origin)) {
            request.next();
            return;
        }
        UnreadBody.refuse(request.request(), ((HttpServerRequestInternal) request.request()).context());
        ProblemAnswer.send(
                request,
                Problem.of(
                        403,
                        "forbidden",
                        "pages of another origin may ask for nothing here; " + ORIGINS + " allows some"));
    }

    private boolean isAllowed(String origin) {
        return allowed.stream().flatMap(List::stream).anyMatch(one -> one.equals("*") || one.equals(origin))
                || CORSFilter.isOriginAllowedByRegex(allowedPatterns, origin);
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
