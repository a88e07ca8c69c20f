// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.api.body;

import io.vertx.core.http.HttpServerRequest;
import jakarta.ws.rs.container.ContainerRequestContext;
import org.jboss.resteasy.reactive.server.core.ResteasyReactiveRequestContext;
import org.jboss.resteasy.reactive.server.spi.ResteasyReactiveContainerRequestContext;

/** Finds the Vert.x request of a filter's context. */
public final class VertxRequest {
    private VertxRequest() {}

    public static HttpServerRequest of(ContainerRequestContext request) {
        ResteasyReactiveContainerRequestContext context = (ResteasyReactiveContainerRequestContext) request;
        return ((ResteasyReactiveRequestContext) context.getServerRequestContext()).unwrap(HttpServerRequest.class);
    }
}
