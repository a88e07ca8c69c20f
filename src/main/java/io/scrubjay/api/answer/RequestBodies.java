// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.api.answer;

import io.vertx.core.Context;
import io.vertx.core.http.impl.HttpServerRequestInternal;
import io.vertx.ext.web.RoutingContext;
import org.jboss.resteasy.reactive.server.core.CurrentRequestManager;

/**
 * Closes response bodies at the end of their request. If a client disconnects before its response is written, the
 * framework drops the response: nothing else would then close its body, and its resources would be held until the agent
 * ends.
 *
 * <p>Thread-safe.
 */
public final class RequestBodies {
    private final RoutingContext request;
    private final Context loop;

    /** @param loop the request's event loop */
    RequestBodies(RoutingContext request, Context loop) {
        this.request = request;
        this.loop = loop;
    }

    /** The bodies of the request that is being answered on this thread. */
    public static RequestBodies current() {
        RoutingContext request = CurrentRequestManager.get().unwrap(RoutingContext.class);
        return new RequestBodies(request, ((HttpServerRequestInternal) request.request()).context());
    }

    /**
     * Closes the body at the end of the request, whether it was sent or not; at once, if the request has already ended.
     * Does not wait.
     *
     * @return the body
     */
    public <B extends OutgoingBody> B add(B body) {
        loop.runOnContext(now -> {
            // ORDER: whoever sends it hears of the end before its body is closed.
            request.addEndHandler(over -> loop.runOnContext(then -> body.close()));
            if (request.response().ended() || request.response().closed()) {
                body.close();
            }
        });
        return body;
    }
}
