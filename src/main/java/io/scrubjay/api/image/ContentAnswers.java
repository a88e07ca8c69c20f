// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.api.image;

import io.scrubjay.api.answer.ContentBody;
import io.scrubjay.api.answer.RangeField;
import io.scrubjay.api.answer.RangeProblem;
import io.scrubjay.api.answer.RequestBodies;
import io.scrubjay.block.ByteRange;
import io.scrubjay.image.ContentReaders;
import io.scrubjay.image.Image;
import jakarta.inject.Singleton;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.Response;

import java.util.Optional;

/** Makes the responses to requests for the bytes of an image or snapshot as they are. Stateless. */
@Singleton
class ContentAnswers {
    private final ContentReaders readers;

    ContentAnswers(ContentReaders readers) {
        this.readers = readers;
    }

    /** The bytes, or the requested range of them. Blocks; for workers. */
    Response get(Image image, HttpHeaders request) {
        Representation raw = Representation.raw(Representation.ready(image));
        return raw.conditional(request).orElseGet(() -> bytes(image, raw, request));
    }

    private Response bytes(Image image, Representation raw, HttpHeaders request) {
        long lengthBytes = raw.header().lengthBytes();
        RangeField.Wanted wanted = RangeField.of(range(raw, request), lengthBytes);
        if (wanted instanceof RangeField.Unsatisfiable) {
            // What describes the image would be taken for what describes the problem.
            return RangeProblem.of(image.kind().wireName(), lengthBytes).build();
        }
        if (wanted instanceof RangeField.Part part) {
            return send(image, part.range(), Response.status(Response.Status.PARTIAL_CONTENT), raw)
                    .header("Content-Range", part.contentRange(lengthBytes))
                    .build();
        }
        return send(image, new ByteRange(0, lengthBytes), Response.ok(), raw).build();
    }

    /** The response of {@link #get} without the bytes. */
    Response head(Image image, HttpHeaders request) {
        Representation raw = Representation.raw(Representation.ready(image));
        return raw.conditional(request)
                .orElseGet(() -> raw.describeBytes(Response.ok())
                        .header(HttpHeaders.CONTENT_LENGTH, raw.header().lengthBytes())
                        .build());
    }

    /** The range asked for, unless the client has part of something else by now. */
    private static Optional<String> range(Representation raw, HttpHeaders request) {
        String ifRange = request.getHeaderString("If-Range");
        return ifRange == null || EntityTags.isSame(ifRange, raw.tag())
                ? Optional.ofNullable(request.getHeaderString("Range"))
                : Optional.empty();
    }

    private Response.ResponseBuilder send(
            Image image, ByteRange range, Response.ResponseBuilder response, Representation raw) {
        RequestBodies bodies = RequestBodies.current();
        return raw.describeBytes(response)
                .entity(bodies.add(new ContentBody(readers.open(image, range), range.length())));
    }
}
