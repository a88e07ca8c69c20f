// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.gate;

import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpVersion;
import io.vertx.ext.web.RoutingContext;

/** The Expect header: the answer that a client waits for before it sends its body. Stateless. */
final class Expectation {
    private Expectation() {}

    /** Removes the header from a request whose version of HTTP does not have it, so that no later code sees it. */
    static void pass(RoutingContext request) {
        if (request.request().version() == HttpVersion.HTTP_1_0) {
            request.request().headers().remove(HttpHeaders.EXPECT);
        }
        request.next();
    }
}
