// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.api.image;

import io.scrubjay.api.lookup.NamedImages;
import jakarta.ws.rs.Path;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;

/** The bytes of snapshots. */
@Path("/v1/snapshots")
@Tag(name = "Snapshots")
public class SnapshotContentResource extends ContentResource {
    SnapshotContentResource(NamedImages images, ContentAnswers answers) {
        super(images::snapshot, answers);
    }
}
