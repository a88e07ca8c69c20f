// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.api.image;

import io.scrubjay.image.ContentReaders;
import io.scrubjay.image.Image;
import io.scrubjay.manifest.ManifestHeader;
import jakarta.inject.Singleton;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.Response;

/** Makes the responses to requests for the bytes of an image or snapshot, in whatever form. Stateless. */
@Singleton
class ContentAnswers {
    private final ContentReaders readers;

    ContentAnswers(ContentReaders readers) {
        this.readers = readers;
    }

    /** The bytes, or the requested range of them. Blocks; for workers. */
    Response get(Image image, ContentForm form, HttpHeaders request) {
        Download download = download(image, form);
        return download.shown().conditional(request).orElseGet(() -> download.send(request));
    }

    /** The response of {@link #get} without the bytes. Blocks if the form {@linkplain ContentForm#isMade is made}. */
    Response head(Image image, ContentForm form, HttpHeaders request) {
        Download download = download(image, form);
        return download.shown().conditional(request).orElseGet(() -> described(download));
    }

    private static Response described(Download download) {
        Response.ResponseBuilder response = download.shown().describeBytes(Response.ok());
        download.lengthBytes().ifPresent(length -> response.header(HttpHeaders.CONTENT_LENGTH, length));
        return response.build();
    }

    private Download download(Image image, ContentForm form) {
        ManifestHeader header = Representation.ready(image);
        return form.isMade() ? Qcow2Download.of(readers, image, header, form) : RawDownload.of(readers, image, header);
    }
}
