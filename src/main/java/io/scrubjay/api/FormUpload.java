// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.api;

import org.eclipse.microprofile.openapi.OASFactory;
import org.eclipse.microprofile.openapi.models.Operation;
import org.eclipse.microprofile.openapi.models.media.MediaType;
import org.eclipse.microprofile.openapi.models.media.Schema;
import org.eclipse.microprofile.openapi.models.parameters.Parameter;
import org.eclipse.microprofile.openapi.models.responses.APIResponse;

import java.util.List;

/**
 * The upload of an image in a form, for the OpenAPI document: it shares its method and path with the creation of images
 * from elsewhere, and a document has one operation for both.
 */
final class FormUpload {
    private static final String IMAGE = "#/components/schemas/Image";

    private FormUpload() {}

    /** Adds it to the operation, which has the JSON body already. */
    static void addTo(Operation create) {
        create.getRequestBody()
                .getContent()
                .addMediaType(
                        "multipart/form-data", OASFactory.createMediaType().schema(form()));
        create.setDescription(sentence(create.getDescription())
                + "With a form, uploads the file in it: answered when the image is proven, as for PUT. The fields come before"
                + " the file, which is the last part.");
        create.addParameter(OASFactory.createParameter()
                .name("Prefer")
                .in(Parameter.In.HEADER)
                .description(
                        "With a form, `respond-async`: answer 202 once the last byte is in. The image becomes ready, or"
                                + " fails, later.")
                .schema(text()));
        create.getResponses().addAPIResponse("201", answer("of a form: the image is ready"));
        APIResponse accepted = create.getResponses().getAPIResponse("202");
        create.getResponses()
                .addAPIResponse(
                        "202",
                        (accepted == null
                                        ? answer(
                                                "of a form, with `Prefer: respond-async`: every byte has been received,"
                                                        + " and the image is being proven")
                                        : accepted)
                                .addHeader(
                                        "Preference-Applied",
                                        OASFactory.createHeader()
                                                .description("`respond-async`")
                                                .schema(text())));
    }

    private static String sentence(String before) {
        return before == null || before.isEmpty() ? "" : before + " ";
    }

    private static Schema form() {
        return OASFactory.createSchema()
                .addType(Schema.SchemaType.OBJECT)
                .addProperty("name", text().description("The name of the image."))
                .addProperty("format", text().enumeration(List.of("auto", "raw", "qcow2")))
                .addProperty("compression", text().enumeration(List.of("auto", "none", "gzip", "xz", "zstd")))
                .addProperty(
                        "size",
                        text().description("The size of the disk, if it is to be larger than the disk in the file."))
                .addProperty(
                        "digest",
                        text().description("The expected digest of the file, `sha-256:` or `sha-512:`; may come several"
                                + " times."))
                .addProperty("checksum", text().description("The same as `digest`."))
                .addProperty(
                        "contentDigest",
                        text().description("The expected digest of the disk in the file, `scrubjay1:`."))
                .addProperty("content", text().format("binary").description("The file. It comes last."))
                .required(List.of("name", "content"));
    }

    private static Schema text() {
        return OASFactory.createSchema().addType(Schema.SchemaType.STRING);
    }

    private static APIResponse answer(String description) {
        MediaType image =
                OASFactory.createMediaType().schema(OASFactory.createSchema().ref(IMAGE));
        return OASFactory.createAPIResponse()
                .description(description)
                .content(OASFactory.createContent().addMediaType("application/json", image));
    }
}
