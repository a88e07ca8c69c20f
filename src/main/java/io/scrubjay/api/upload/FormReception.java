// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.api.upload;

import io.scrubjay.api.body.UnreadBody;
import io.scrubjay.api.body.UploadBody;
import io.scrubjay.api.form.Boundary;
import io.scrubjay.api.lookup.ResourceNames;
import io.scrubjay.ingest.IngestConfig;
import io.scrubjay.ingest.Ingests;
import io.smallrye.mutiny.Uni;
import io.vertx.core.Context;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.ext.web.RoutingContext;
import jakarta.inject.Singleton;
import jakarta.ws.rs.core.Response;

import java.time.Duration;

/**
 * Turns the file in a form into an image. Both methods run on the request's event loop and stay there for as long as bytes
 * come; a worker begins the ingest. They answer with the image when it is proven, or with 202 when the form is complete
 * and the client prefers that; they fail with the {@link io.scrubjay.refusal.RefusedException} of the form or its ingest.
 * Stateless.
 */
@Singleton
class FormReception {
    private final Ingests ingests;
    private final Duration patience;

    FormReception(Ingests ingests, IngestConfig config) {
        this.ingests = ingests;
        this.patience = config.idleTimeout();
    }

    /** Receives a form whose fields have the name of the image; answers with 201. */
    Uni<Response> receive(RoutingContext routing) {
        UploadHeaders headers = new UploadHeaders(routing.request());
        Context loop = Vertx.currentContext();
        return discarding(
                routing.request(),
                loop,
                Uni.createFrom()
                        .item(headers::formBoundary)
                        .chain(boundary -> read(
                                routing,
                                headers,
                                body(new FormFields(ingests), boundary, loop),
                                loop,
                                Response.Status.CREATED)));
    }

    /**
     * Receives a form as clients of Longhorn send it; answers with 200, since they accept nothing else.
     *
     * @param name as it stands in the path
     */
    Uni<Response> receiveLonghorns(String name, RoutingContext routing) {
        UploadHeaders headers = new UploadHeaders(routing.request());
        Context loop = Vertx.currentContext();
        return discarding(
                routing.request(),
                loop,
                Uni.createFrom()
                        .item(headers::formBoundary)
                        .chain(boundary -> Uni.createFrom()
                                .item(() -> LonghornForm.order(
                                        ResourceNames.parse(name),
                                        routing.request().params()))
                                .chain(order -> UploadStart.of(ingests, order))
                                .emitOn(task -> loop.runOnContext(now -> task.run()))
                                .map(ingest -> body(new LonghornForm(ingest), boundary, loop)))
                        .chain(body -> read(routing, headers, body, loop, Response.Status.OK)));
    }

    private FormBody body(FormOrder order, Boundary boundary, Context loop) {
        return new FormBody(order, boundary, loop, patience);
    }

    private static Uni<Response> read(
            RoutingContext routing, UploadHeaders headers, FormBody body, Context loop, Response.Status ready) {
        new UploadBody(routing, body, loop).start();
        if (headers.expectsContinue()) {
            routing.response().writeContinue();
        }
        return Uni.createFrom().completionStage(body::begun).chain(ingest -> UploadAnswer.of(ingest, headers, ready));
    }

    private static Uni<Response> discarding(HttpServerRequest request, Context loop, Uni<Response> answer) {
        return answer.emitOn(task -> loop.runOnContext(now -> task.run()))
                .onFailure()
                .invoke(refused -> UnreadBody.discard(request, loop));
    }
}
