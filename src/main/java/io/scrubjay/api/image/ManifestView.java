// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.api.image;

import org.eclipse.microprofile.openapi.annotations.media.Schema;

import java.util.List;

/** The shape of {@link ManifestJson}, for the API's description only. */
@Schema(name = "Manifest")
record ManifestView(
        int formatVersion,
        long lengthBytes,
        @Schema(examples = "1048576") int chunkSizeBytes,
        String contentDigest,

        @Schema(description = "in ascending order; a chunk without a digest is all zeroes")
        List<LeafView> leaves) {
    /** One chunk's digests, in hex. */
    @Schema(name = "Leaf")
    record LeafView(long chunk, String sha256, String crc32c) {}
}
