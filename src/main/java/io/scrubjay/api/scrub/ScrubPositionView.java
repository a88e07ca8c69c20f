// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.api.scrub;

import io.scrubjay.block.ChunkGrid;
import io.scrubjay.scrub.RunReport;
import org.eclipse.microprofile.openapi.annotations.media.Schema;

/** The position of a run in the API. */
@Schema(name = "ScrubPosition")
record ScrubPositionView(String image, long chunk, long offsetBytes) {
    static ScrubPositionView of(RunReport.Position position) {
        return new ScrubPositionView(
                position.image().value(), position.chunk(), position.chunk() * ChunkGrid.CHUNK_BYTES);
    }
}
