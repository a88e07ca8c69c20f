// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.manifest;

import io.scrubjay.block.Digest;
import io.scrubjay.block.DigestAlgorithm;

import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Objects;
import java.util.Optional;

/**
 * Everything in a manifest except the leaves: small, independently of the size of the image.
 *
 * @param formatVersion the version of the stored form; see {@link Origin#formatVersion}
 * @param id the image or snapshot
 * @param name its name
 * @param lengthBytes logical length, 1 to {@link Manifest#LENGTH_BYTES_MAX}
 * @param origin where its bytes came from
 * @param footprint the space that it took in the pool
 * @param contentDigest the content digest; for an image that was sent, the decoded stream, the closed head and the
 *     snapshot all had it
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

    /**
     * The time of completion for a proof that completes now: never before its beginning, even when the clock was set
     * back.
     */
    public static Instant sealedAt(Instant createdAt, Instant now) {
        return now.isBefore(createdAt) ? createdAt : now;
    }

    /** The upload that the bytes came from; empty for a snapshot, and for an image that nobody sent. */
    public Optional<Upload> upload() {
        return origin instanceof Upload upload ? Optional.of(upload) : Optional.empty();
    }

    /** The volume and the moment of a snapshot; empty for an image. */
    public Optional<PointInTime> pointInTime() {
        return origin instanceof PointInTime taken ? Optional.of(taken) : Optional.empty();
    }

    /** The volume or snapshot that an image was made from; empty for a snapshot, and for an image that was sent. */
    public Optional<PoolSource> poolSource() {
        return origin instanceof PoolSource source ? Optional.of(source) : Optional.empty();
    }

    /**
     * The volume of which the engine made this snapshot or image: it follows in the volume's line. Empty for an image
     * that was sent, or made from a snapshot.
     */
    public Optional<VolumeId> line() {
        return pointInTime().map(PointInTime::volume).or(() -> poolSource().flatMap(PoolSource::volume));
    }
}
