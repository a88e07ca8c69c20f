// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.api.image;

import io.scrubjay.api.answer.EncodedBody;
import io.scrubjay.api.answer.RequestBodies;
import io.scrubjay.block.ByteRange;
import io.scrubjay.image.ContentReaders;
import io.scrubjay.image.Image;
import io.scrubjay.manifest.ManifestHeader;
import io.scrubjay.refusal.Refusal;
import io.scrubjay.refusal.RefusedException;
import io.scrubjay.source.qcow2.Qcow2File;
import io.scrubjay.source.qcow2.Qcow2Layout;
import jakarta.inject.Singleton;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.Response;

/**
 * Makes the responses to requests for an image or snapshot as a qcow2 file. There are no ranges of it: {@code Range} is
 * ignored, and the response says so. Stateless; blocks, for workers.
 */
@Singleton
class Qcow2Answers {
    private final ContentReaders readers;

    Qcow2Answers(ContentReaders readers) {
        this.readers = readers;
    }

    /** The file. */
    Response get(Image image, ContentForm form, HttpHeaders request) {
        Found found = find(image, form);
        return found.file.conditional(request).orElseGet(() -> send(image, form, found));
    }

    /** The response of {@link #get} without the file. */
    Response head(Image image, ContentForm form, HttpHeaders request) {
        Found found = find(image, form);
        return found.file.conditional(request).orElseGet(() -> {
            Response.ResponseBuilder response = found.file.describeBytes(Response.ok());
            if (form == ContentForm.QCOW2) {
                response.header(HttpHeaders.CONTENT_LENGTH, found.layout.plainBytes());
            }
            return response.build();
        });
    }

    private record Found(Representation file, Qcow2Layout layout) {}

    private Found find(Image image, ContentForm form) {
        ManifestHeader header = Representation.ready(image);
        if (header.lengthBytes() > Qcow2Layout.DISK_BYTES_MAX) {
            throw new RefusedException(
                    Refusal.INVALID_REQUEST,
                    "the " + image.kind().wireName() + " has " + header.lengthBytes()
                            + " bytes, and the agent makes qcow2 files of at most " + Qcow2Layout.DISK_BYTES_MAX
                            + "; send format=raw");
        }
        Qcow2Layout layout = new Qcow2Layout(header.lengthBytes(), readers.stored(image, Qcow2Layout.CLUSTER_SIZE));
        return new Found(Representation.qcow2(header, form, layout), layout);
    }

    private Response send(Image image, ContentForm form, Found found) {
        RequestBodies bodies = RequestBodies.current();
        Qcow2File file = form == ContentForm.QCOW2
                ? Qcow2File.plain(found.layout)
                : Qcow2File.zstd(found.layout, readers.workers());
        EncodedBody body;
        try {
            ByteRange disk = new ByteRange(0, found.layout.diskBytes());
            body = new EncodedBody(readers.open(image, disk, file.passes()), disk.length(), file, readers.workers());
        } catch (RuntimeException | Error refused) {
            file.close();
            throw refused;
        }
        return found.file.describeBytes(Response.ok()).entity(bodies.add(body)).build();
    }
}
