// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.gate;

import io.quarkus.vertx.http.ManagementInterface;
import io.scrubjay.api.body.UnreadBody;
import io.scrubjay.api.problem.Problem;
import io.scrubjay.api.problem.ProblemAnswer;
import io.vertx.core.Context;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpVersion;
import io.vertx.core.http.impl.HttpServerRequestInternal;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;

import java.util.Optional;

/**
 * Handles every request first, before the framework authenticates it. The limits do not apply to probes and metrics: a
 * busy agent is still alive.
 *
 * <p>Thread-safe; on event loops.
 */
@Singleton
public final class Gate {
    /** Before all handlers of the framework; the handlers of the gate come one after the other. */
    private static final int FIRST = Integer.MIN_VALUE + 1_000;

    /**
     * After the framework has answered preflight requests and authenticated the caller; before it would answer by
     * itself.
     */
    private static final int AFTER_AUTHENTICATION = -1;

    private static final int LAST = Integer.MAX_VALUE;

    private static final int NOT_FOUND = 404;

    private final GateConfig config;
    private final Places places;
    private final ComingBodies bodies;
    private final AuditLog audit;
    private final OpenChanges changes;
    private final Operations operations;
    private final ForeignOrigin foreign = ForeignOrigin.configured();

    Gate(
            GateConfig config,
            Places places,
            ComingBodies bodies,
            AuditLog audit,
            OpenChanges changes,
            Operations operations) {
        this.config = config;
        this.places = places;
        this.bodies = bodies;
        this.audit = audit;
        this.changes = changes;
        this.operations = operations;
    }

    void onRouter(@Observes Router router) {
        router.route().order(FIRST).handler(HeadDeadline::pass);
        router.route().order(FIRST + 1).handler(BodyArrival::pass);
        router.route().order(FIRST + 2).handler(Exchanges::pass);
        router.route().order(FIRST + 3).handler(Http2Heads::pass);
        router.route().order(FIRST + 4).handler(Expectation::pass);
        router.route().order(FIRST + 5).handler(operations::answer);
        router.route().order(FIRST + 6).handler(this::pass);
        router.route().order(FIRST + 7).handler(foreign::pass);
        router.route().order(FIRST + 8).failureHandler(RequestFailures::answer);
        router.options().order(AFTER_AUTHENTICATION).handler(Methods::options);
        ApiDescription.on(router);
    }

    void onManagement(@Observes ManagementInterface management) {
        management.router().route().order(FIRST).handler(HeadDeadline::pass);
        management.router().route().order(FIRST + 1).handler(Exchanges::pass);
        management.router().route().order(FIRST + 2).handler(operations::guard);
        management.router().route().order(FIRST + 3).failureHandler(RequestFailures::answer);
        operations.of(management.router());
        management.router().route().order(LAST).handler(request -> request.fail(NOT_FOUND));
    }

    private void pass(RoutingContext request) {
        audit.watch(request);
        changes.watch(request);
        request.addHeadersEndHandler(head -> beforeHead(request));
        request.addHeadersEndHandler(head -> foreign.letRead(request));
        if (Methods.refuses(request)) {
            return;
        }
        Optional<Problem> tooLarge = SmallBody.problem(request, config);
        if (tooLarge.isPresent()) {
            refuse(request, tooLarge.get());
        } else if (SmallBody.isComing(request)) {
            // It takes its place once its body has arrived.
            bodies.expect(request);
            request.next();
        } else if (places.take(request)) {
            request.next();
        } else {
            request.response().putHeader(HttpHeaders.RETRY_AFTER, Places.RETRY_AFTER_SECONDS);
            refuse(request, Places.NONE_LEFT);
        }
    }

    private static void refuse(RoutingContext request, Problem problem) {
        UnreadBody.refuse(request.request(), loop(request));
        ProblemAnswer.send(request, problem);
    }

    /**
     * INVARIANT I-7: the body of a request without permission is not read. Other refusals take care of the body
     * themselves.
     */
    private static void beforeHead(RoutingContext request) {
        if (request.request().version() == HttpVersion.HTTP_2) {
            // The framework announces the end of the connection in a way that HTTP/2 does not have, and that clients
            // treat as a broken response.
            request.response().headers().remove(HttpHeaders.CONNECTION);
        }
        int status = request.response().getStatusCode();
        if (status == 401 || status == 403) {
            UnreadBody.refuse(request.request(), loop(request));
        }
    }

    private static Context loop(RoutingContext request) {
        return ((HttpServerRequestInternal) request.request()).context();
    }
}
