// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.manifest;

import io.scrubjay.block.Digest;
import io.scrubjay.block.DigestAlgorithm;

import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Objects;
import java.util.Optional;

/**
 * Everything a manifest says of an image but its leaves: small, whatever the image's size.
 *
 * @param formatVersion of the stored form; {@link Origin#formatVersion}
 * @param id the image or snapshot
 * @param name what it is called
 * @param lengthBytes logical length, 1 to {@link Manifest#LENGTH_BYTES_MAX}
 * @param origin what it was made of
 * @param footprint what it took of the pool
 * @param contentDigest an image's: of the decoded stream, of the closed head and of the snapshot, which all were equal
 * @param createdAt when the ingest began or the snapshot was taken, in whole milliseconds
 * @param sealedAt when the proof was complete, in whole milliseconds
 */
public record ManifestHeader(
        int formatVersion,
        ImageId id,
        ResourceName name,
        long lengthBytes,
        Origin origin,
        Footprint footprint,
        Digest contentDigest,
        Instant createdAt,
        Instant sealedAt) {
    public ManifestHeader {
        if (formatVersion != origin.formatVersion()) {
            throw new IllegalArgumentException("format version " + formatVersion + " is not that of " + origin);
        }
        Objects.requireNonNull(id);
        Objects.requireNonNull(name);
        if (lengthBytes <= 0 || lengthBytes > Manifest.LENGTH_BYTES_MAX) {
            throw new IllegalArgumentException(
                    "an image has 1 to " + Manifest.LENGTH_BYTES_MAX + " bytes, not " + lengthBytes);
        }
        if (footprint.allocatedClusters() > footprint.clusterSize().clustersIn(lengthBytes)
                || footprint.zeroBytesSkipped() > lengthBytes) {
            throw new IllegalArgumentException(footprint + " is more than " + lengthBytes + " bytes can take");
        }
        if (contentDigest.algorithm() != DigestAlgorithm.SCRUBJAY1) {
            throw new IllegalArgumentException("not a content digest: " + contentDigest);
        }
        createdAt = createdAt.truncatedTo(ChronoUnit.MILLIS);
        sealedAt = sealedAt.truncatedTo(ChronoUnit.MILLIS);
    }

    /** When a proof is complete that is complete now: never before its beginning, also when the clock was set back. */
    public static Instant sealedAt(Instant createdAt, Instant now) {
        return now.isBefore(createdAt) ? createdAt : now;
    }

    /** The upload that the bytes came from; empty for a snapshot of a volume. */
    public Optional<Upload> upload() {
        return origin instanceof Upload upload ? Optional.of(upload) : Optional.empty();
    }

    /** The volume and the moment of a snapshot; empty for an image that came from an ingest. */
    public Optional<PointInTime> pointInTime() {
        return origin instanceof PointInTime taken ? Optional.of(taken) : Optional.empty();
    }
}
