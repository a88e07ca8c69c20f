// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.api.body;

import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpVersion;
import io.vertx.core.http.impl.HttpServerRequestInternal;
import jakarta.ws.rs.container.ContainerRequestContext;
import jakarta.ws.rs.container.ContainerResponseContext;
import jakarta.ws.rs.container.ContainerResponseFilter;
import jakarta.ws.rs.ext.Provider;

/**
 * Reads and discards the body of a refused request, wherever it was refused, because most clients read no response
 * until they have sent everything. Stateless.
 */
@Provider
public class RefusedBodies implements ContainerResponseFilter {
    private static final int FIRST_REFUSAL = 400;

    @Override
    public void filter(ContainerRequestContext request, ContainerResponseContext response) {
        if (response.getStatus() >= FIRST_REFUSAL) {
            HttpServerRequest vertx = VertxRequest.of(request);
            if (announcesBody(vertx)) {
                UnreadBody.discard(vertx, ((HttpServerRequestInternal) vertx).context());
            }
        }
    }

    private static boolean announcesBody(HttpServerRequest request) {
        return request.version() == HttpVersion.HTTP_2
                || request.getHeader(HttpHeaders.CONTENT_LENGTH) != null
                || request.getHeader(HttpHeaders.TRANSFER_ENCODING) != null;
    }
}
