// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.api.image;

import io.scrubjay.api.answer.ContentBody;
import io.scrubjay.api.answer.RangeField;
import io.scrubjay.api.answer.RangeProblem;
import io.scrubjay.api.answer.RequestBodies;
import io.scrubjay.block.ByteRange;
import io.scrubjay.image.ContentReaders;
import io.scrubjay.image.Image;
import io.scrubjay.manifest.ManifestHeader;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.Response;

import java.util.Optional;
import java.util.OptionalLong;

/** The disk as it is, or a range of it. */
record RawDownload(ContentReaders readers, Image image, Representation shown) implements Download {
    /** The disk of this image or snapshot. Does no I/O. */
    static RawDownload of(ContentReaders readers, Image image, ManifestHeader header) {
        return new RawDownload(readers, image, Representation.raw(header));
    }

    private long diskBytes() {
        return shown.header().lengthBytes();
    }

    @Override
    public OptionalLong lengthBytes() {
        return OptionalLong.of(diskBytes());
    }

    @Override
    public Response send(HttpHeaders request) {
        RangeField.Wanted wanted = RangeField.of(range(request), diskBytes());
        if (wanted instanceof RangeField.Unsatisfiable) {
            // What describes the image would be taken for what describes the problem.
            return RangeProblem.of(image.kind().wireName(), diskBytes()).build();
        }
        if (wanted instanceof RangeField.Part part) {
            return send(part.range(), Response.status(Response.Status.PARTIAL_CONTENT))
                    .header("Content-Range", part.contentRange(diskBytes()))
                    .build();
        }
        return send(new ByteRange(0, diskBytes()), Response.ok()).build();
    }

    /** The range asked for, unless the client has part of something else by now. */
    private Optional<String> range(HttpHeaders request) {
        String ifRange = request.getHeaderString("If-Range");
        return ifRange == null || EntityTags.isSame(ifRange, shown.tag())
                ? Optional.ofNullable(request.getHeaderString("Range"))
                : Optional.empty();
    }

    private Response.ResponseBuilder send(ByteRange range, Response.ResponseBuilder response) {
        RequestBodies bodies = RequestBodies.current();
        return shown.describeBytes(response)
                .entity(bodies.add(new ContentBody(readers.open(image, range), range.length())));
    }
}
