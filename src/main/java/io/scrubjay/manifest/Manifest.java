package io.scrubjay.manifest;

import io.scrubjay.block.Digest;

import java.util.Objects;

/**
 * The durable record of one image's snapshot. That it exists means the image was proven: the stream, the closed head
 * and the snapshot all had its content digest.
 *
 * @param header everything but the leaves
 * @param leaves one leaf for each chunk that is not zero, which give the header's content digest
 */
public record Manifest(ManifestHeader header, LeafTable leaves) {
    /** The version of the stored form that is written. */
    public static final int FORMAT_VERSION = 1;

    /** @throws IllegalArgumentException when the leaves give another content digest than the header says */
    public Manifest {
        Objects.requireNonNull(header);
        Digest given = leaves.contentDigest(header.lengthBytes());
        if (!given.equals(header.contentDigest())) {
            throw new IllegalArgumentException(
                    "the leaves give " + given + ", the header says " + header.contentDigest());
        }
    }

    public ImageId id() {
        return header.id();
    }

    public ImageName name() {
        return header.name();
    }

    public long lengthBytes() {
        return header.lengthBytes();
    }

    public Digest contentDigest() {
        return header.contentDigest();
    }
}
