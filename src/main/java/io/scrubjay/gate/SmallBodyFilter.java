// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.gate;

import io.scrubjay.api.body.BodyDigests;
import io.scrubjay.api.problem.Problem;
import io.smallrye.mutiny.Uni;
import io.vertx.core.MultiMap;
import io.vertx.core.buffer.Buffer;
import io.vertx.ext.web.RoutingContext;
import jakarta.ws.rs.Priorities;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.Response;
import org.jboss.resteasy.reactive.server.ServerRequestFilter;
import org.jboss.resteasy.reactive.server.core.ResteasyReactiveRequestContext;
import org.jboss.resteasy.reactive.server.spi.ResteasyReactiveContainerRequestContext;

import java.io.ByteArrayInputStream;
import java.util.Optional;

/**
 * Waits for the small JSON body of a request before a worker starts on it, so that no thread waits for a client. It
 * runs after the check of the caller's role, so that nothing is read of a request without permission, and before every
 * other filter, since otherwise the framework would run it on a worker.
 *
 * <p>Thread-safe.
 */
public final class SmallBodyFilter {
    /**
     * The response to a body on a request that takes none: its sender would expect an effect that the body does not
     * have.
     */
    private static final Problem UNEXPECTED =
            Problem.of(400, "invalid-request", "this request must have no body; send it without one");

    private final GateConfig config;
    private final ComingBodies bodies;
    private final Places places;

    SmallBodyFilter(GateConfig config, ComingBodies bodies, Places places) {
        this.config = config;
        this.bodies = bodies;
        this.places = places;
    }

    /** Continues once the body has arrived and the request has its place; otherwise sends a refusal. */
    @ServerRequestFilter(nonBlocking = true, priority = Priorities.ENTITY_CODER)
    public Uni<Response> receive(ResteasyReactiveContainerRequestContext context) {
        RoutingContext request = ((ResteasyReactiveRequestContext) context.getServerRequestContext())
                .serverRequest()
                .unwrap(RoutingContext.class);
        Optional<Problem> unreadable = takesBody(context) ? unreadable(request) : announcedInVain(request);
        if (unreadable.isPresent()) {
            return Uni.createFrom().item(answer(unreadable.get()));
        }
        return ComingBody.of(request)
                .map(coming -> SmallBodyReception.of(request, coming, config)
                        .map(outcome ->
                                handOn(context, request, coming, outcome).orElse(null)))
                .orElseGet(() -> Uni.createFrom()
                        .item(withoutBody(request).map(SmallBodyFilter::answer).orElse(null)));
    }

    /** Whether the requested operation takes a body; if so, it declares the media type. */
    private static boolean takesBody(ResteasyReactiveContainerRequestContext context) {
        return !((ResteasyReactiveRequestContext) context.getServerRequestContext())
                .getTarget()
                .getConsumes()
                .isEmpty();
    }

    /**
     * Why a request is refused that announces a body where none is taken. A body of unknown length is checked later.
     */
    private static Optional<Problem> announcedInVain(RoutingContext request) {
        return SmallBody.isRead(request) && SmallBody.announcedBytes(request.request()) > 0
                ? Optional.of(UNEXPECTED)
                : Optional.empty();
    }

    /** Why the body of a request, if it has one, could not be read; checked before it is received. */
    private static Optional<Problem> unreadable(RoutingContext request) {
        return SmallBody.isRead(request) && !SmallBody.isStream(request)
                ? JsonText.problem(request.request().headers())
                : Optional.empty();
    }

    /** Why a request whose body is empty, or is not read, is refused: its digest is that of another body. */
    private static Optional<Problem> withoutBody(RoutingContext request) {
        if (SmallBody.isStream(request)) {
            return Optional.empty();
        }
        MultiMap head = request.request().headers();
        return SmallBody.isRead(request)
                ? BodyDigests.problem(head, Buffer.buffer())
                : BodyDigests.problemWithoutBody(head);
    }

    /** The response to a request that is refused. */
    private Optional<Response> handOn(
            ResteasyReactiveContainerRequestContext context,
            RoutingContext request,
            ComingBody coming,
            SmallBodyReception.Outcome outcome) {
        bodies.arrived(coming);
        if (outcome instanceof SmallBodyReception.Missing missing) {
            return Optional.of(answer(missing.problem()));
        }
        if (outcome instanceof SmallBodyReception.Whole whole && whole.body().length() > 0 && !takesBody(context)) {
            return Optional.of(answer(UNEXPECTED));
        }
        if (outcome instanceof SmallBodyReception.Whole whole) {
            Optional<Problem> unreadable = JsonText.problem(whole.body());
            if (unreadable.isPresent()) {
                return unreadable.map(SmallBodyFilter::answer);
            }
        }
        if (!places.take(request)) {
            return Optional.of(answer(Places.NONE_LEFT));
        }
        if (outcome instanceof SmallBodyReception.Whole whole && whole.body().length() > 0) {
            context.setEntityStream(new ByteArrayInputStream(whole.body().getBytes()));
        }
        return Optional.empty();
    }

    private static Response answer(Problem problem) {
        Response.ResponseBuilder answer =
                Response.status(problem.status()).type(Problem.MEDIA_TYPE).entity(problem);
        if (problem.status() == Places.NONE_LEFT.status()) {
            answer.header(HttpHeaders.RETRY_AFTER, Places.RETRY_AFTER_SECONDS);
        }
        return answer.build();
    }
}
