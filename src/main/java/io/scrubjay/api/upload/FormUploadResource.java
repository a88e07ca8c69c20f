// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.api.upload;

import io.scrubjay.access.Role;
import io.smallrye.common.annotation.NonBlocking;
import io.smallrye.mutiny.Uni;
import io.vertx.ext.web.RoutingContext;
import jakarta.annotation.security.RolesAllowed;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.jboss.resteasy.reactive.server.Cancellable;

/**
 * {@code POST /v1/images} with a form, as a browser or {@code curl -F} sends it; {@link FormReception} does the work. The
 * OpenAPI document has one operation for this path, also for JSON; it gets what is a form's at build time. Stateless.
 */
@ApplicationScoped
@Path("/v1/images")
public class FormUploadResource {
    private final FormReception reception;

    FormUploadResource(FormReception reception) {
        this.reception = reception;
    }

    /** It goes on when the connection ends meanwhile: somebody has to tell the ingest that was admitted. */
    @POST
    @RolesAllowed(Role.UPLOAD_NAME)
    @Consumes(MediaType.MULTIPART_FORM_DATA)
    @Produces(MediaType.WILDCARD) // Browsers ask for a page; what is answered is JSON all the same.
    @NonBlocking
    @Cancellable(false)
    @Operation(hidden = true)
    public Uni<Response> upload(@Context RoutingContext routing) {
        return reception.receive(routing);
    }
}
