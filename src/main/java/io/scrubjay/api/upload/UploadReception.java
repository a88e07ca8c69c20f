// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.api.upload;

import io.scrubjay.api.body.UnreadBody;
import io.scrubjay.api.body.UploadBody;
import io.scrubjay.api.lookup.ResourceNames;
import io.scrubjay.ingest.Ingest;
import io.scrubjay.ingest.IngestOrder;
import io.scrubjay.ingest.Ingests;
import io.smallrye.mutiny.Uni;
import io.vertx.core.Context;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.ext.web.RoutingContext;
import jakarta.inject.Singleton;
import jakarta.ws.rs.core.Response;

/** Turns the body of a request into an image. Stateless. */
@Singleton
class UploadReception {
    private final Ingests ingests;

    UploadReception(Ingests ingests) {
        this.ingests = ingests;
    }

    /**
     * Receives the body of a request as the image of this name. Runs on the request's event loop and stays there for as long
     * as bytes come: a worker begins the ingest, as that touches the device; the body is read only once it has begun.
     *
     * @param name as it stands in the path
     * @return 201 with the image when it is proven, or 202 when its last byte is in and the client prefers that; fails with
     *     the ingest's {@link io.scrubjay.refusal.RefusedException}
     */
    Uni<Response> receive(String name, RoutingContext routing) {
        HttpServerRequest request = routing.request();
        Context loop = Vertx.currentContext();
        UploadHeaders headers = new UploadHeaders(request);
        return Uni.createFrom()
                .item(() -> order(name, headers))
                .chain(order -> UploadStart.of(ingests, order))
                .emitOn(task -> loop.runOnContext(now -> task.run()))
                .chain(begun -> ingest(routing, headers, begun, loop))
                .emitOn(task -> loop.runOnContext(now -> task.run()))
                .onFailure()
                .invoke(refused -> UnreadBody.discard(request, loop));
    }

    private static IngestOrder order(String name, UploadHeaders headers) {
        return headers.order(ResourceNames.parse(name));
    }

    private static Uni<Response> ingest(RoutingContext routing, UploadHeaders headers, Ingest ingest, Context loop) {
        new UploadBody(routing, new IngestBody(ingest), loop).start();
        if (headers.expectsContinue()) {
            routing.response().writeContinue();
        }
        return UploadAnswer.of(ingest, headers, Response.Status.CREATED);
    }
}
