// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.api.answer;

import jakarta.inject.Inject;
import jakarta.ws.rs.HttpMethod;
import jakarta.ws.rs.container.ContainerRequestContext;
import jakarta.ws.rs.container.ContainerResponseContext;
import jakarta.ws.rs.container.ContainerResponseFilter;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.ext.Provider;

import java.io.IOException;

/**
 * Sets the length of a response to HEAD, for JSON and for bodies that are produced while they are sent; the framework
 * does not write the body then. Stateless.
 */
@Provider
public class HeadLength implements ContainerResponseFilter {
    private final JsonWriter json;

    @Inject
    public HeadLength(JsonWriter json) {
        this.json = json;
    }

    @Override
    public void filter(ContainerRequestContext request, ContainerResponseContext response) throws IOException {
        if (!request.getMethod().equals(HttpMethod.HEAD) || !response.hasEntity()) {
            return;
        }
        if (response.getEntity() instanceof OutgoingBody body) {
            body.lengthBytes().ifPresent(length -> response.getHeaders().putSingle(HttpHeaders.CONTENT_LENGTH, length));
        } else if (JsonWriter.isJson(response.getEntityClass())) {
            response.getHeaders().putSingle(HttpHeaders.CONTENT_LENGTH, json.line(response.getEntity()).length);
        }
    }
}
