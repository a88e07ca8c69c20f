// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.api.export;

import io.scrubjay.api.lookup.NamedVolumes;
import io.scrubjay.engine.Access;
import io.scrubjay.volume.Exports;
import io.scrubjay.volume.NamedVolume;
import jakarta.ws.rs.Path;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;

/** Exports of volumes. */
@Path("/v1/volumes")
@Tag(name = "Exports")
public class VolumeExportResource extends ExportResource<NamedVolume> {
    VolumeExportResource(NamedVolumes volumes, Exports exports) {
        super(new Exportable<>(Access.WRITE, volumes::get, exports::find, exports::export, exports::end));
    }
}
