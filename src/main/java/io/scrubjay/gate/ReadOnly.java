// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.gate;

import io.vertx.core.http.HttpMethod;
import io.vertx.ext.web.RoutingContext;

import java.util.Set;

/** Paths that everybody may read and nobody may change. Stateless; on event loops. */
final class ReadOnly {
    private static final Set<HttpMethod> LOOKING = Set.of(HttpMethod.GET, HttpMethod.HEAD);
    private static final String ALLOWED = "GET, HEAD";

    private ReadOnly() {}

    static boolean isLook(RoutingContext request) {
        return LOOKING.contains(request.request().method());
    }

    /** Answers with 405. INVARIANT I-7: the body is not read. */
    static void refuse(RoutingContext request, String why) {
        Methods.refuse(request, ALLOWED, why);
    }
}
