// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.api.problem;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.exc.MismatchedInputException;
import io.quarkus.security.ForbiddenException;
import io.quarkus.security.UnauthorizedException;
import io.scrubjay.access.Caller;
import io.scrubjay.access.Role;
import io.scrubjay.engine.EngineException;
import io.scrubjay.image.NameTakenException;
import io.scrubjay.refusal.Refusal;
import io.scrubjay.refusal.RefusedException;
import io.vertx.core.VertxException;
import io.vertx.core.http.HttpClosedException;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.http.StreamResetException;
import io.vertx.core.net.impl.ConnectionBase;
import jakarta.annotation.security.RolesAllowed;
import jakarta.ws.rs.WebApplicationException;
import jakarta.ws.rs.container.ContainerRequestContext;
import jakarta.ws.rs.container.ResourceInfo;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import org.jboss.logging.Logger;
import org.jboss.resteasy.reactive.RestResponse;
import org.jboss.resteasy.reactive.server.ServerExceptionMapper;

import java.io.IOException;
import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;
import java.util.UUID;

/**
 * Turns every failure of a request into a problem; no other class does. A refusal is reported with its code and
 * message; an unforeseen failure is a 500 that names only an entry of the log.
 *
 * <p>Thread-safe.
 */
public class ProblemMapper {
    private static final Logger LOG = Logger.getLogger(ProblemMapper.class);
    private static final DeviceFailureLog DEVICE_FAILURES =
            new DeviceFailureLog(System::nanoTime, ProblemMapper::reference);
    /** The value of {@code Retry-After}: a place becomes free whenever an upload or download ends. */
    private static final int RETRY_AFTER_SECONDS = 5;

    @ServerExceptionMapper
    public RestResponse<Problem> refused(RefusedException refused) {
        Problem problem = problem(refused);
        RestResponse.ResponseBuilder<Problem> response = response(problem);
        if (refused.refusal() == Refusal.BUSY) {
            response.header(HttpHeaders.RETRY_AFTER, RETRY_AFTER_SECONDS);
        }
        return response.build();
    }

    @ServerExceptionMapper
    public RestResponse<Problem> failed(EngineException failure) {
        return refused(RefusedException.because(failure));
    }

    /** The body is JSON, but has invalid values. */
    @ServerExceptionMapper
    public RestResponse<Problem> mismatched(MismatchedInputException mismatch) {
        return refused(new RefusedException(Refusal.INVALID_REQUEST, JsonMistake.of(mismatch)));
    }

    /** The body is not JSON, or is ambiguous. */
    @ServerExceptionMapper
    public RestResponse<Problem> malformed(JsonProcessingException malformed) {
        return refused(new RefusedException(Refusal.INVALID_REQUEST, JsonMistake.of(malformed)));
    }

    /** A refusal by the framework: an unknown path, a wrong method, an unsupported media type. */
    @ServerExceptionMapper
    public RestResponse<Problem> refusedByFramework(WebApplicationException refused) {
        if (refused.getCause() instanceof JsonProcessingException json) {
            return json instanceof MismatchedInputException mismatch ? mismatched(mismatch) : malformed(json);
        }
        int status = refused.getResponse().getStatus();
        if (status >= Response.Status.INTERNAL_SERVER_ERROR.getStatusCode()) {
            return unforeseen(refused);
        }
        RestResponse.ResponseBuilder<Problem> response = response(byStatus(status));
        String allowed = refused.getResponse().getHeaderString(HttpHeaders.ALLOW);
        if (allowed != null) {
            response.header(HttpHeaders.ALLOW, allowed);
        }
        return response.build();
    }

    /** The caller is unknown. */
    @ServerExceptionMapper
    public RestResponse<Problem> unauthorized(UnauthorizedException unknown) {
        return response(AccessProblems.unauthorized(AccessProblems.NEEDS_CREDENTIALS))
                .header(HttpHeaders.WWW_AUTHENTICATE, AccessProblems.CHALLENGE)
                .build();
    }

    /** The caller is known, but has no permission. */
    @ServerExceptionMapper
    public RestResponse<Problem> forbidden(
            ForbiddenException known, ResourceInfo resource, ContainerRequestContext request) {
        return response(AccessProblems.forbidden(needed(resource), caller(request)))
                .build();
    }

    private static Optional<Role> needed(ResourceInfo resource) {
        return Optional.ofNullable(resource.getResourceMethod().getAnnotation(RolesAllowed.class))
                .flatMap(roles -> Arrays.stream(roles.value())
                        .flatMap(name -> Role.ofWireName(name).stream())
                        .findFirst());
    }

    private static Optional<Caller> caller(ContainerRequestContext request) {
        return request.getSecurityContext().getUserPrincipal() instanceof Caller caller
                ? Optional.of(caller)
                : Optional.empty();
    }

    /**
     * A body that could not be read, or a response that could not be written: the client has disconnected, or sent too
     * much and has its response already.
     */
    @ServerExceptionMapper
    public RestResponse<Problem> unreadable(IOException broken, HttpServerRequest request) {
        // What a connection failed with comes wrapped by who reads from it, and perhaps before the answer knows of it.
        return isGone(request) || broken.getCause() instanceof IOException ? lost(broken) : unforeseen(broken);
    }

    /** The same in the form in which Vert.x reports it for HTTP/2 and for connections that have ended. */
    @ServerExceptionMapper
    public RestResponse<Problem> unreadable(VertxException broken, HttpServerRequest request) {
        return isGone(request) || broken instanceof StreamResetException || broken instanceof HttpClosedException
                ? lost(broken)
                : unforeseen(broken);
    }

    private static boolean isGone(HttpServerRequest request) {
        HttpServerResponse answer = request.response();
        return answer.closed()
                || answer.ended()
                || (request.connection() instanceof ConnectionBase connection
                        && !connection.channel().isActive());
    }

    private RestResponse<Problem> lost(Throwable broken) {
        return refused(new RefusedException(
                Refusal.UPLOAD_CUT,
                "the connection ended before the whole request body had arrived; send the request again",
                broken));
    }

    /** An exception that no code foresaw: an error in the agent. */
    @ServerExceptionMapper
    public RestResponse<Problem> unforeseen(Throwable bug) {
        return response(bug(bug)).build();
    }

    /** The problem for a refusal. */
    public static Problem problem(RefusedException refused) {
        int status = ProblemStatus.of(refused.refusal());
        Problem problem = Problem.of(status, refused.refusal().code(), detail(refused))
                .dueTo(refused.children())
                .heldBy(refused instanceof NameTakenException taken ? Optional.of(taken.holder()) : Optional.empty());
        if (status != Response.Status.INTERNAL_SERVER_ERROR.getStatusCode()) {
            return problem;
        }
        if (DeviceFailureLog.isOne(refused)) {
            return problem.occurred(DEVICE_FAILURES.tell(refused));
        }
        String reference = reference();
        LOG.errorf(refused, "%s: %s", reference, refused.getMessage());
        return problem.occurred(reference);
    }

    /** The problem for an unforeseen exception, which is logged under the reference that the client gets. */
    static Problem bug(Throwable bug) {
        String reference = reference();
        LOG.errorf(
                bug,
                "%s: a request failed because of an error in the agent; please report it with the stack trace",
                reference);
        return Problem.of(
                        500,
                        "internal-error",
                        "the request failed because of an error in the agent; the agent's"
                                + " log has the details under this problem's 'instance'")
                .occurred(reference);
    }

    // An engine's message names calls and files for its administrator, who reads it in the log.
    private static String detail(RefusedException refused) {
        return switch (refused.refusal()) {
            case DEVICE_FAILED ->
                refused.getCause() instanceof EngineException.DeviceStalled
                        ? "the storage device did not answer in time and may still carry out the request: check the"
                                + " current state before you try again"
                        : "the storage device or the operating system reported an error; the agent's log has the"
                                + " details";
            default -> refused.getMessage();
        };
    }

    private static String reference() {
        return "urn:uuid:" + UUID.randomUUID();
    }

    private static RestResponse.ResponseBuilder<Problem> response(Problem problem) {
        return RestResponse.ResponseBuilder.<Problem>create(problem.status())
                .entity(problem)
                .type(new MediaType("application", "problem+json"));
    }

    /** The problem for a request that the framework refuses with this status. */
    static Problem byStatus(int status) {
        return Problem.of(status, codeOf(status), detailOf(status));
    }

    private static String codeOf(int status) {
        return switch (status) {
            case 400 -> Refusal.INVALID_REQUEST.code();
            case 404 -> "not-found";
            case 413 -> Refusal.TOO_LARGE.code();
            default -> {
                Response.Status known = Response.Status.fromStatusCode(status);
                yield known == null
                        ? Refusal.INVALID_REQUEST.code()
                        : known.getReasonPhrase().toLowerCase(Locale.ROOT).replace(' ', '-');
            }
        };
    }

    private static String detailOf(int status) {
        return switch (status) {
            case 404 -> "the API has nothing at this path";
            case 405 -> "this path does not support this method";
            case 406 ->
                "the agent cannot answer with any media type in the Accept header; send 'Accept:"
                        + " application/json', or leave the header out";
            case 413 -> "the request body is larger than this path accepts";
            case 415 ->
                "this path does not accept the body's media type; send JSON as 'Content-Type: application/json', or a"
                        + " form as 'Content-Type: multipart/form-data; boundary=<text>'";
            default -> "the agent cannot parse the request";
        };
    }
}
