// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.manifest;

import io.scrubjay.block.Digest;
import io.scrubjay.block.Sha256State;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * The durable record of a session: what its client has announced, and how much of the file is durable.
 *
 * @param id the session
 * @param revision counts the updates of this record
 * @param announced what the client said at the beginning
 * @param lengthBytes the length of the file, once it is known
 * @param expiresAt when the session ends unless something is sent before, in whole milliseconds
 * @param received SHA-256 of the bytes that are durable; how many it has hashed is the session's offset
 * @param image the image that is being made of the complete file, or was the last time
 */
public record SessionRecord(
        SessionId id,
        long revision,
        Announced announced,
        OptionalLong lengthBytes,
        Instant expiresAt,
        Sha256State received,
        Optional<ImageId> image) {
    /**
     * What the client said at the beginning.
     *
     * @param name the name of the image that is to be made
     * @param format the format's name in the API; empty to detect it
     * @param compression the compression's name in the API; empty to detect it
     * @param diskBytes the size of the disk, if it is to be larger than a raw file
     * @param digests the expected digests of the file, at most {@link #DIGESTS_MAX}
     * @param contentDigest the expected digest of the disk
     * @param metadata the same as the client wrote it, to be returned as it is
     */
    public record Announced(
            ResourceName name,
            Optional<String> format,
            Optional<String> compression,
            OptionalLong diskBytes,
            List<Digest> digests,
            Optional<Digest> contentDigest,
            String metadata) {
        public static final int DIGESTS_MAX = 4;
        /** In ASCII. */
        public static final int METADATA_LENGTH_MAX = 4096;

        public Announced {
            Objects.requireNonNull(name);
            Objects.requireNonNull(format);
            Objects.requireNonNull(compression);
            Objects.requireNonNull(diskBytes);
            Objects.requireNonNull(contentDigest);
            digests = List.copyOf(digests);
            if (digests.size() > DIGESTS_MAX) {
                throw new IllegalArgumentException(
                        digests.size() + " digests; at most " + DIGESTS_MAX + " can be given");
            }
            if (metadata.length() > METADATA_LENGTH_MAX
                    || !StandardCharsets.US_ASCII.newEncoder().canEncode(metadata)) {
                throw new IllegalArgumentException(
                        "metadata must be at most " + METADATA_LENGTH_MAX + " ASCII characters");
            }
        }
    }

    public SessionRecord {
        Objects.requireNonNull(id);
        Objects.requireNonNull(announced);
        Objects.requireNonNull(received);
        Objects.requireNonNull(image);
        expiresAt = expiresAt.truncatedTo(ChronoUnit.MILLIS);
        if (lengthBytes.isPresent() && received.lengthBytes() > lengthBytes.getAsLong()) {
            throw new IllegalArgumentException(
                    received.lengthBytes() + " bytes received of a file of " + lengthBytes.getAsLong());
        }
    }

    /** A session that has received nothing. */
    public static SessionRecord begun(Announced announced, OptionalLong lengthBytes, Instant expiresAt) {
        return new SessionRecord(
                SessionId.random(), 0, announced, lengthBytes, expiresAt, Sha256State.empty(), Optional.empty());
    }

    /** How many bytes are durable. */
    public long offsetBytes() {
        return received.lengthBytes();
    }

    /** Whether all bytes of the file are durable. */
    public boolean isComplete() {
        return lengthBytes.isPresent() && lengthBytes.getAsLong() == offsetBytes();
    }

    /** The same session after more bytes. */
    public SessionRecord at(Sha256State now, OptionalLong length, Instant expiry) {
        return new SessionRecord(id, revision + 1, announced, length, expiry, now, image);
    }

    /** The same session while this image is made of it. */
    public SessionRecord making(ImageId made) {
        return new SessionRecord(id, revision + 1, announced, lengthBytes, expiresAt, received, Optional.of(made));
    }
}
