// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.seal;

import io.scrubjay.block.ChunkGrid;
import io.scrubjay.block.Digest;
import io.scrubjay.manifest.Footprint;
import io.scrubjay.manifest.ImageId;
import io.scrubjay.manifest.LeafTable;
import io.scrubjay.manifest.Manifest;
import io.scrubjay.manifest.ManifestHeader;
import io.scrubjay.manifest.Origin;
import io.scrubjay.manifest.ResourceName;

import java.time.Instant;

/**
 * Everything that the manifest of an image will say, before it is proven that the medium has the image's bytes.
 * Immutable.
 *
 * @param id whose head is sealed
 * @param name the name of the image
 * @param lengthBytes the disk's logical length
 * @param leaves the leaves of all chunks that have data, as they were written
 * @param contentDigest the digest of that length and these leaves, which must be read back from the medium twice
 * @param footprint the space that was written
 * @param origin where the bytes came from
 * @param createdAt when the image was begun
 */
public record Draft(
        ImageId id,
        ResourceName name,
        long lengthBytes,
        LeafTable leaves,
        Digest contentDigest,
        Footprint footprint,
        Origin origin,
        Instant createdAt) {
    ChunkGrid grid() {
        return new ChunkGrid(lengthBytes);
    }

    /** The manifest of the image, once both proofs are complete. */
    Manifest proven(Instant now) {
        return new Manifest(
                new ManifestHeader(
                        origin.formatVersion(),
                        id,
                        name,
                        lengthBytes,
                        origin,
                        footprint,
                        contentDigest,
                        createdAt,
                        ManifestHeader.sealedAt(createdAt, now)),
                leaves);
    }
}
