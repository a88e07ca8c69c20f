// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.gate;

import io.quarkus.security.AuthenticationFailedException;
import io.quarkus.security.identity.IdentityProviderManager;
import io.quarkus.security.identity.SecurityIdentity;
import io.quarkus.vertx.http.runtime.security.ChallengeData;
import io.quarkus.vertx.http.runtime.security.HttpAuthenticationMechanism;
import io.scrubjay.access.Authentication;
import io.scrubjay.access.Caller;
import io.scrubjay.access.Role;
import io.scrubjay.access.UploadGrants;
import io.scrubjay.access.Way;
import io.scrubjay.api.problem.AccessProblems;
import io.scrubjay.api.problem.Problem;
import io.smallrye.mutiny.Uni;
import io.vertx.core.http.HttpHeaders;
import io.vertx.ext.web.RoutingContext;
import jakarta.inject.Singleton;

import java.util.List;
import java.util.Optional;

/**
 * Finds out who sends a request: by a signed upload URL, else a bearer token, else a client certificate. Invalid
 * credentials are refused, even if the request has valid ones too. With an upload URL any token is refused: only the
 * issuer's mechanism could judge the token, and it is not asked once this one has found a caller. A bearer token that is not
 * in the tokens file is left to the issuer's mechanism, if there is one, which is asked after this one.
 *
 * <p>Thread-safe; never waits.
 */
@Singleton
public final class CallerMechanism implements HttpAuthenticationMechanism {
    private static final int BEFORE_THE_ISSUERS = DEFAULT_PRIORITY + 5_000;
    private static final String SCHEME = "Bearer ";
    private static final Caller ANYBODY = Caller.of("anonymous", Role.ADMIN, Way.OPEN);

    private final Authentication authentication;
    private final UploadGrants grants;

    CallerMechanism(Authentication authentication, UploadGrants grants) {
        this.authentication = authentication;
        this.grants = grants;
    }

    @Override
    public Uni<SecurityIdentity> authenticate(RoutingContext request, IdentityProviderManager identities) {
        Optional<UploadUrl> url = UploadUrl.of(request.request());
        List<String> shown = request.request().headers().getAll(HttpHeaders.AUTHORIZATION);
        if (url.isPresent()) {
            return shown.isEmpty()
                    ? byUploadUrl(request, url.get())
                    : refused(
                            request,
                            "a request with an upload URL must not have an Authorization header too;"
                                    + " leave the header out");
        }
        if (authentication.isOpen()) {
            return known(ANYBODY);
        }
        if (shown.isEmpty()) {
            return byCertificate(request);
        }
        return shown.size() == 1
                ? bearerToken(shown.get(0))
                        .map(token -> byToken(request, token))
                        .orElseGet(() -> refused(
                                request, "the agent accepts only bearer tokens; send 'Authorization: Bearer <token>'"))
                : refused(request, "the request has more than one Authorization header; send one");
    }

    private Uni<SecurityIdentity> byUploadUrl(RoutingContext request, UploadUrl url) {
        return switch (grants.judge(url.grant(), url.signature())) {
            case VALID ->
                authentication.upholds(url.grant())
                        ? known(Caller.of(url.grant().by(), Role.UPLOAD, Way.UPLOAD_URL))
                        : refused(
                                request,
                                "the caller who created this upload URL may no longer upload; ask for a new one");
            case EXPIRED -> refused(request, AccessProblems.uploadUrlExpired());
            case FORGED ->
                refused(request, "the upload URL's signature is wrong: it was changed, or another agent signed it");
        };
    }

    private Uni<SecurityIdentity> byToken(RoutingContext request, String token) {
        Optional<Caller> caller = authentication.callerOf(token);
        if (caller.isPresent()) {
            return known(caller.get());
        }
        return authentication.hasIssuer() ? nobody() : refused(request, "the agent does not know this token");
    }

    private Uni<SecurityIdentity> byCertificate(RoutingContext request) {
        return PeerCertificate.subject(request.request())
                .map(subject -> known(authentication.certified(subject)))
                .orElseGet(CallerMechanism::nobody);
    }

    private static Uni<SecurityIdentity> known(Caller caller) {
        return Uni.createFrom().item(Callers.identity(caller));
    }

    private static Uni<SecurityIdentity> nobody() {
        return Uni.createFrom().nullItem();
    }

    private static Uni<SecurityIdentity> refused(RoutingContext request, String why) {
        return refused(request, AccessProblems.unauthorized(why));
    }

    private static Uni<SecurityIdentity> refused(RoutingContext request, Problem problem) {
        AuthenticationRefusals.tell(request, problem);
        return Uni.createFrom().failure(new AuthenticationFailedException());
    }

    private static Optional<String> bearerToken(String field) {
        return field.regionMatches(true, 0, SCHEME, 0, SCHEME.length())
                ? Optional.of(field.substring(SCHEME.length()).strip())
                : Optional.empty();
    }

    /** For challenges that the framework sends; {@link AuthenticationRefusals} sends those of the agent. */
    @Override
    public Uni<ChallengeData> getChallenge(RoutingContext request) {
        return Uni.createFrom().item(new ChallengeData(401, "WWW-Authenticate", AccessProblems.CHALLENGE));
    }

    @Override
    public int getPriority() {
        return BEFORE_THE_ISSUERS;
    }
}
