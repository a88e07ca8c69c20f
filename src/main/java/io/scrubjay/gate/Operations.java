// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.gate;

import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import jakarta.inject.Singleton;

import java.util.Optional;

/**
 * Serves health and metrics, which everybody may read and nobody may change. They are also served on the API's port, by
 * the routes of the management interface.
 *
 * <p>Thread-safe once the agent listens.
 */
@Singleton
public final class Operations {
    private volatile Optional<Router> management = Optional.empty();

    void of(Router router) {
        management = Optional.of(router);
    }

    /**
     * Called before the routes of the management interface, on either port: every path there is for health or metrics.
     */
    void guard(RoutingContext request) {
        if (ReadOnly.isLook(request)) {
            // Web pages of other origins must not read this; the routes below would let all of them.
            request.addHeadersEndHandler(head -> request.response().headers().remove("Access-Control-Allow-Origin"));
            request.next();
        } else {
            refuse(request);
        }
    }

    /**
     * On the API's port: serves paths for health and metrics, and passes on all others. INVARIANT I-7: only reads get
     * to these routes, which would otherwise read the whole body of a request, however long that takes, before they
     * check its method.
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
