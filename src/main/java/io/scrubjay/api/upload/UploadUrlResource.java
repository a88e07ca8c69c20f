// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.api.upload;

import io.scrubjay.access.Caller;
import io.scrubjay.access.Role;
import io.scrubjay.access.UploadGrant;
import io.scrubjay.access.UploadGrants;
import io.scrubjay.api.body.JsonBody;
import io.scrubjay.refusal.Refusal;
import io.scrubjay.refusal.RefusedException;
import io.smallrye.common.annotation.NonBlocking;
import jakarta.annotation.security.RolesAllowed;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.core.SecurityContext;
import jakarta.ws.rs.core.UriBuilder;
import jakarta.ws.rs.core.UriInfo;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.media.Content;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;

import java.net.URI;
import java.time.Duration;

/** {@code /v1/upload-urls}: creates URLs that allow one upload without a token. Stateless. */
@Path("/v1/upload-urls")
@Tag(name = "Uploads")
public class UploadUrlResource {
    private final UploadGrants grants;

    UploadUrlResource(UploadGrants grants) {
        this.grants = grants;
    }

    @POST
    @RolesAllowed(Role.UPLOAD_NAME)
    @NonBlocking
    @Consumes(MediaType.APPLICATION_JSON)
    @Produces(MediaType.APPLICATION_JSON)
    @Operation(
            summary = "Create a URL with which anybody may upload this image for a limited time",
            description = "The upload has to begin before `expiresAt`. Other query keys, such as `format` and `digest`,"
                    + " may be added. Keep the URL secret until it expires.")
    @APIResponse(responseCode = "201", content = @Content(schema = @Schema(implementation = UploadUrlView.class)))
    public Response create(UploadUrlOrder sent, @Context SecurityContext caller, @Context UriInfo agent) {
        UploadUrlOrder order = JsonBody.required(sent);
        if (!grants.arePossible()) {
            throw new RefusedException(
                    Refusal.UPLOAD_URL_UNSUPPORTED,
                    "this agent has no key to sign upload URLs with; its"
                            + " administrator can set scrubjay.security.upload-key-file");
        }
        String image = order.parsedImage().value();
        UploadGrants.Signed signed =
                signed(image, order.lifetime(grants.lifetimeMax()), (Caller) caller.getUserPrincipal());
        URI url = url(agent, signed);
        return Response.status(Response.Status.CREATED)
                .header(HttpHeaders.CACHE_CONTROL, "no-store")
                .entity(new UploadUrlView(
                        url.toString(),
                        UploadGrant.METHOD,
                        signed.grant().term().expiresAt()))
                .build();
    }

    private UploadGrants.Signed signed(String image, Duration lifetime, Caller by) {
        try {
            return grants.grant(image, lifetime, by);
        } catch (IllegalArgumentException nonsense) {
            throw new RefusedException(
                    Refusal.INVALID_REQUEST, "'expiresInSeconds': " + nonsense.getMessage(), nonsense);
        }
    }

    private static URI url(UriInfo agent, UploadGrants.Signed signed) {
        UploadGrant grant = signed.grant();
        return UriBuilder.fromUri(agent.getBaseUri())
                .replacePath(grant.path())
                .queryParam(UploadUrlKeys.GIVEN, grant.term().givenAt().getEpochSecond())
                .queryParam(UploadUrlKeys.EXPIRES, grant.term().expiresAt().getEpochSecond())
                .queryParam(UploadUrlKeys.WAY, grant.way().wireName())
                .queryParam(UploadUrlKeys.BY, "{by}")
                .queryParam(UploadUrlKeys.SIGNATURE, signed.signature())
                .build(grant.by());
    }
}
