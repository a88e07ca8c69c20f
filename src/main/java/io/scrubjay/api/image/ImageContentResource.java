// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.api.image;

import io.scrubjay.api.lookup.NamedImages;
import jakarta.ws.rs.Path;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;

/** The bytes of images. */
@Path("/v1/images")
@Tag(name = "Images")
public class ImageContentResource extends ContentResource {
    ImageContentResource(NamedImages images, ContentAnswers answers) {
        super(images::get, answers);
    }
}
