// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.api.answer;

import io.vertx.core.Context;
import io.vertx.core.http.impl.HttpServerRequestInternal;
import io.vertx.ext.web.RoutingContext;
import org.jboss.resteasy.reactive.server.core.CurrentRequestManager;

/**
 * Closes what was opened to answer a request once that request is over. The framework drops an answer whose client goes
 * away before it is written: nobody else would close its body then, and whatever it holds would be held until the agent
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

    /** Those of the request that is being answered in this thread. */
    public static RequestBodies current() {
        RoutingContext request = CurrentRequestManager.get().unwrap(RoutingContext.class);
        return new RequestBodies(request, ((HttpServerRequestInternal) request.request()).context());
    }

    /**
     * Has the body closed when the request is over, whether it was sent or not; at once, if the request is over already.
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
