// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.api.upload;

import jakarta.ws.rs.container.ContainerRequestContext;
import jakarta.ws.rs.container.ContainerResponseContext;
import jakarta.ws.rs.container.ContainerResponseFilter;
import jakarta.ws.rs.ext.Provider;

/** Adds the version of the tus protocol to each answer at its paths, refusals included. Stateless. */
@Provider
public class TusAnswers implements ContainerResponseFilter {
    @Override
    public void filter(ContainerRequestContext request, ContainerResponseContext response) {
        if (TusProtocol.isAt(request.getUriInfo().getPath())) {
            response.getHeaders().putSingle(TusProtocol.RESUMABLE, TusProtocol.VERSION);
            if (response.getStatus() == 412) {
                response.getHeaders().putSingle(TusProtocol.VERSIONS, TusProtocol.VERSION);
            }
        }
    }
}
