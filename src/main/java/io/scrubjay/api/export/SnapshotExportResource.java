// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.api.export;

import io.scrubjay.api.lookup.NamedImages;
import io.scrubjay.engine.Access;
import io.scrubjay.image.Image;
import io.scrubjay.volume.Exports;
import jakarta.ws.rs.Path;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;

/** Exports of snapshots. */
@Path("/v1/snapshots")
@Tag(name = "Exports")
public class SnapshotExportResource extends ExportResource<Image> {
    SnapshotExportResource(NamedImages images, Exports exports) {
        super(new Exportable<>(Access.READ, images::snapshot, exports::find, exports::export, exports::end));
    }
}
