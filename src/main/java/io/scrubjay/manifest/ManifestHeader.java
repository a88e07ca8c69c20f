package io.scrubjay.manifest;

import io.scrubjay.block.Digest;
import io.scrubjay.block.DigestAlgorithm;

import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Objects;

/**
 * Everything a manifest says of an image but its leaves: small, whatever the image's size.
 *
 * @param formatVersion of the stored form; {@link Manifest#FORMAT_VERSION} for a new one
 * @param id the image
 * @param name what the image is called
 * @param lengthBytes logical length, 1 to {@link Manifest#LENGTH_BYTES_MAX}
 * @param origin what it was made of
 * @param footprint what it took of the pool
 * @param contentDigest the digest of the decoded stream, of the closed head and of the snapshot: all three were equal
 * @param createdAt when the ingest began, in whole milliseconds
 * @param sealedAt when the proof was complete, in whole milliseconds
 */
public record ManifestHeader(
        int formatVersion,
        ImageId id,
        ImageName name,
        long lengthBytes,
        Origin origin,
        Footprint footprint,
        Digest contentDigest,
        Instant createdAt,
        Instant sealedAt) {
    public ManifestHeader {
        if (formatVersion != Manifest.FORMAT_VERSION) {
            throw new IllegalArgumentException("unknown format version " + formatVersion);
        }
        Objects.requireNonNull(id);
        Objects.requireNonNull(name);
        if (lengthBytes <= 0 || lengthBytes > Manifest.LENGTH_BYTES_MAX) {
            throw new IllegalArgumentException(
                    "an image has 1 to " + Manifest.LENGTH_BYTES_MAX + " bytes, not " + lengthBytes);
        }
        Objects.requireNonNull(origin);
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
}
