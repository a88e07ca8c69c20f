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
     * Adds them to the operation that returns the bytes.
     *
     * @param path of the operation
     */
    static void addToGet(Operation read, String path) {
        APIResponse everything = read.getResponses().getAPIResponse("200");
        APIResponse part = read.getResponses().getAPIResponse("206");
        part.content(everything.getContent());
        part.addHeader("Content-Range", header("which bytes the answer contains, and how many there are in total"));
        read.getResponses()
                .getAPIResponse("416")
                .addHeader("Content-Range", header("how many bytes there are in total"));
        read.addParameter(asked(
                "Range",
                isProven(path)
                        ? "one range of bytes, such as `bytes=0-1048575`; ignored with `format=qcow2`"
                        : "one range of bytes, such as `bytes=0-1048575`"));
        if (isProven(path)) {
            read.addParameter(asked("If-Range", "an entity tag; if the current one differs, `Range` is ignored"));
            addValidators(read, everything, part, read.getResponses().getAPIResponse("304"));
        }
    }

    /**
     * Adds them to the operation that describes what a GET would return.
     *
     * @param path of the operation
     */
    static void addToHead(Operation read, String path) {
        APIResponse everything = read.getResponses().getAPIResponse("200");
        everything.addHeader(
                "Content-Length",
                header(
                        isProven(path)
                                ? "how many bytes there are in total; absent with `compression=zstd`"
                                : "how many bytes there are in total"));
        if (isProven(path)) {
            APIResponse known = OASFactory.createAPIResponse()
                    .description("not modified: the client has the current bytes already");
            read.getResponses().addAPIResponse("304", known);
            addValidators(read, everything, known);
        }
    }

    /** A volume changes, and has no digest. */
    private static boolean isProven(String path) {
        return !path.startsWith("/v1/volumes/");
    }

    private static void addValidators(Operation read, APIResponse... responses) {
        for (APIResponse response : responses) {
            response.addHeader("ETag", header("the content digest; of a qcow2 file, the digest with a suffix"));
            response.addHeader("Last-Modified", header("when the bytes were proven to be stored as sent"));
            response.addHeader(
                    "Repr-Digest", header("the digest of all bytes, if they are exactly those of the uploaded file"));
            response.addHeader(
                    "Content-Disposition", header("suggests a file name: the image's name with `.img` or `.qcow2`"));
        }
        read.addParameter(asked("If-Match", "entity tags; 412 unless the current one is among them"));
        read.addParameter(asked("If-Unmodified-Since", "a date; 412 if the bytes are newer"));
        read.addParameter(asked("If-None-Match", "entity tags; 304 if the current one is among them"));
        read.addParameter(
                asked("If-Modified-Since", "a date; 304 if the bytes are of that date; ignored with `If-None-Match`"));
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
