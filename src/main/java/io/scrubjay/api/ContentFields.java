// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.api;

import org.eclipse.microprofile.openapi.OASFactory;
import org.eclipse.microprofile.openapi.models.Operation;
import org.eclipse.microprofile.openapi.models.headers.Header;
import org.eclipse.microprofile.openapi.models.media.Schema;
import org.eclipse.microprofile.openapi.models.parameters.Parameter;
import org.eclipse.microprofile.openapi.models.responses.APIResponse;

/** The header fields that go with the bytes of an image, snapshot or volume, for the OpenAPI document. */
final class ContentFields {
    private ContentFields() {}

    /**
     * Adds them to the operation that gives the bytes.
     *
     * @param path of the operation
     */
    static void addTo(Operation read, String path) {
        APIResponse everything = read.getResponses().getAPIResponse("200");
        APIResponse part = read.getResponses().getAPIResponse("206");
        part.content(everything.getContent());
        part.addHeader("Content-Range", header("which bytes these are, and of how many"));
        read.getResponses().getAPIResponse("416").addHeader("Content-Range", header("how many bytes there are"));
        read.addParameter(asked("Range", "one range of bytes, such as `bytes=0-1048575`"));
        if (path.startsWith("/v1/volumes/")) {
            return;
        }
        for (APIResponse response : new APIResponse[] {everything, part}) {
            response.addHeader("ETag", header("the content digest"));
            response.addHeader("Repr-Digest", header("of all bytes, where they are those of the file that was sent"));
        }
        read.addParameter(asked("If-None-Match", "entity tags; 304 when the bytes have one of them"));
        read.addParameter(asked("If-Range", "an entity tag; `Range` is passed over when the bytes have another"));
    }

    private static Parameter asked(String name, String description) {
        return OASFactory.createParameter()
                .name(name)
                .in(Parameter.In.HEADER)
                .description(description)
                .schema(string());
    }

    private static Header header(String description) {
        return OASFactory.createHeader().description(description).schema(string());
    }

    private static Schema string() {
        return OASFactory.createSchema().addType(Schema.SchemaType.STRING);
    }
}
