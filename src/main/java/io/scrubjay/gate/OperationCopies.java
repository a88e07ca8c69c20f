package io.scrubjay.gate;

import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import jakarta.inject.Singleton;

import java.util.Optional;

/**
 * Health and metrics on the API's port, too: the management interface's own routes answer there. Thread-safe once the
 * agent listens.
 */
@Singleton
public final class OperationCopies {
    private volatile Optional<Router> management = Optional.empty();

    void of(Router router) {
        management = Optional.of(router);
    }

    void answer(RoutingContext request) {
        if (management.isPresent() && isOperation(request.normalizedPath())) {
            management.get().handleContext(request);
        } else {
            request.next();
        }
    }

    private static boolean isOperation(String path) {
        return isAtOrBelow(path, "/q/health") || isAtOrBelow(path, "/q/metrics");
    }

    private static boolean isAtOrBelow(String path, String root) {
        return path.startsWith(root) && (path.length() == root.length() || path.charAt(root.length()) == '/');
    }
}
