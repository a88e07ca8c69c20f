// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.api.image;

import io.scrubjay.api.lookup.NamedImages;
import jakarta.ws.rs.Path;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;

/** What proves images, and where they lie. */
@Path("/v1/images")
@Tag(name = "Images")
public class ImageProofResource extends ProofResource {
    ImageProofResource(NamedImages images, ProofAnswers answers) {
        super(images::get, answers);
    }
}
