// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.gate;

import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import jakarta.inject.Singleton;

import java.util.Optional;

/**
 * Health and metrics, which are for everybody: to look at and nothing else. They answer on the API's port, too: there it is
 * the management interface's own routes that do.
 *
 * <p>Thread-safe once the agent listens.
 */
@Singleton
public final class Operations {
    private volatile Optional<Router> management = Optional.empty();

    void of(Router router) {
        management = Optional.of(router);
    }

    /** Before the management interface's routes, wherever they answer: everything there is one of them. */
    void guard(RoutingContext request) {
        if (ReadOnly.isLook(request)) {
            // Pages of other origins need not know; what answers below would let all of them read.
            request.addHeadersEndHandler(head -> request.response().headers().remove("Access-Control-Allow-Origin"));
            request.next();
        } else {
            refuse(request);
        }
    }

    /**
     * On the API's port: answers what is one of them, and hands on the rest. INVARIANT I-7: the routes it is handed to
     * would read the body of whatever is not a look, for as long as it takes, before they ask what it is for.
     */
    void answer(RoutingContext request) {
        if (management.isEmpty() || !isOperation(request.normalizedPath())) {
            request.next();
        } else if (ReadOnly.isLook(request)) {
            management.get().handleContext(request);
        } else {
            refuse(request);
        }
    }

    private static void refuse(RoutingContext request) {
        ReadOnly.refuse(request, "health and metrics are read-only");
    }

    private static boolean isOperation(String path) {
        return isAtOrBelow(path, "/q/health") || isAtOrBelow(path, "/q/metrics");
    }

    private static boolean isAtOrBelow(String path, String root) {
        return path.startsWith(root) && (path.length() == root.length() || path.charAt(root.length()) == '/');
    }
}
