// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.api.upload;

import io.scrubjay.api.image.ImageView;
import io.scrubjay.image.Image;
import io.scrubjay.ingest.Ingest;
import io.smallrye.mutiny.Uni;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;

import java.net.URI;

/** The answer to an upload, in whatever way its file came. Stateless. */
final class UploadAnswer {
    private UploadAnswer() {}

    /**
     * The image when it is proven; or, when its last byte is in and the client prefers that, 202. Fails with the ingest's
     * {@link io.scrubjay.refusal.RefusedException}. Completes on a thread of the ingest.
     *
     * @param ready the status of a proven image
     */
    static Uni<Response> of(Ingest ingest, UploadHeaders headers, Response.Status ready) {
        return headers.respondAsync()
                ? Uni.createFrom()
                        .completionStage(ingest::accepted)
                        .map(image -> answer(Response.Status.ACCEPTED, image)
                                .header("Preference-Applied", UploadHeaders.RESPOND_ASYNC)
                                .build())
                : Uni.createFrom()
                        .completionStage(ingest::done)
                        .map(image -> answer(ready, image).build());
    }

    private static Response.ResponseBuilder answer(Response.Status status, Image image) {
        return Response.status(status)
                .location(URI.create("/v1/images/" + image.name()))
                .type(MediaType.APPLICATION_JSON_TYPE)
                .entity(ImageView.of(image));
    }
}
