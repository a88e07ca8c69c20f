// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.api.export;

import io.scrubjay.api.lookup.NamedImages;
import io.scrubjay.engine.Access;
import io.scrubjay.image.Image;
import io.scrubjay.volume.Exports;
import jakarta.ws.rs.Path;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;

/** Exports of images. */
@Path("/v1/images")
@Tag(name = "Exports", description = "Export images, snapshots and volumes as NVMe/TCP namespaces")
public class ImageExportResource extends ExportResource<Image> {
    ImageExportResource(NamedImages images, Exports exports) {
        super(new Exportable<>(Access.READ, images::get, exports::find, exports::export, exports::end));
    }
}
