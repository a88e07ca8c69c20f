// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.api.body;

import io.scrubjay.api.problem.Problem;
import io.scrubjay.refusal.Refusal;
import io.scrubjay.refusal.RefusedException;
import io.vertx.ext.web.RoutingContext;

import java.util.Collection;
import java.util.Optional;

/**
 * An error in a request's body that is known only when the body ends: wrong framing, or a digest in a trailer, which
 * comes too late to be checked. The code that takes a body must check for it once the body has ended. Confined to the
 * request's event loop.
 */
public final class BodyFault {
    private static final String KEY = BodyFault.class.getName();

    /**
     * What is wrong.
     *
     * @param smallBody the same, where the body is a small one
     */
    private record Fault(RefusedException upload, Refusal smallBody) {}

    private BodyFault() {}

    /**
     * Records that the body has something that HTTP does not allow.
     *
     * <p>ORDER: before the request ends.
     *
     * @param why for the client
     */
    public static void broken(RoutingContext request, String why) {
        request.put(KEY, new Fault(new RefusedException(Refusal.UPLOAD_CUT, why), Refusal.INVALID_REQUEST));
    }

    /**
     * Records that the client has stopped sending before the end of the body, and may still read.
     *
     * <p>ORDER: before the request ends.
     *
     * @param why for the client
     */
    public static void cut(RoutingContext request, String why) {
        request.put(KEY, new Fault(new RefusedException(Refusal.UPLOAD_CUT, why), Refusal.UPLOAD_CUT));
    }

    /**
     * Records which fields are in the trailer after the body. A digest among them is refused, since the matching digest
     * was not computed.
     *
     * <p>ORDER: before the request ends.
     */
    public static void trailer(RoutingContext request, Collection<String> names) {
        UploadDigests.inTrailer(names)
                .map(why -> new RefusedException(Refusal.INVALID_REQUEST, why))
                .ifPresent(late -> request.put(KEY, new Fault(late, Refusal.INVALID_REQUEST)));
    }

    /** The refusal of a request whose body has ended, if there is one. */
    static Optional<RefusedException> of(RoutingContext request) {
        return fault(request).map(Fault::upload);
    }

    private static Optional<Fault> fault(RoutingContext request) {
        return Optional.ofNullable(request.get(KEY));
    }

    /** The same as the answer it gets. */
    public static Optional<Problem> problem(RoutingContext request) {
        return fault(request)
                .map(fault ->
                        Problem.of(400, fault.smallBody().code(), fault.upload().getMessage()));
    }
}
