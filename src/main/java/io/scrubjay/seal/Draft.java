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
import io.scrubjay.manifest.PoolSource;
import io.scrubjay.manifest.ResourceName;

import java.time.Instant;

/**
 * Everything that the manifest of an image will say, before it is proven that the medium has the image's bytes.
 * Immutable.
 *
 * @param id whose head or snapshot is sealed
 * @param name the name of the image
 * @param lengthBytes the disk's logical length
 * @param leaves the leaves of all chunks that have data, as they were written or are known from elsewhere
 * @param contentDigest the digest of that length and these leaves, which must be read back from the medium: twice, or
 *     once if there is no head
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

    /** What the bytes that are read back must be, for people. */
    String expected() {
        return origin instanceof PoolSource source
                ? "the checksums of " + source.kind().wireName() + " " + source.name()
                : "the uploaded bytes";
    }

    /** The manifest of the image, once all proofs are complete. */
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
