// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.api.image;

import io.scrubjay.api.lookup.NamedImages;
import jakarta.ws.rs.Path;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;

/** What proves snapshots, and where they lie. */
@Path("/v1/snapshots")
@Tag(name = "Snapshots")
public class SnapshotProofResource extends ProofResource {
    SnapshotProofResource(NamedImages images, ProofAnswers answers) {
        super(images::snapshot, answers);
    }
}
