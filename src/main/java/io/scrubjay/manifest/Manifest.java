// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.manifest;

import io.scrubjay.block.Digest;

import java.util.Objects;

/**
 * The durable record of one image, or of one snapshot of a volume. That an image's exists means the image was proven:
 * the stream, the closed head and the snapshot all had its content digest. That a snapshot's exists means that its
 * leaves were computed from what the medium gave back, or taken over from its parent's where nothing had changed.
 *
 * @param header everything but the leaves
 * @param leaves one leaf for each chunk that is not zero, which give the header's content digest
 */
public record Manifest(ManifestHeader header, LeafTable leaves) {
    /** The version of the stored form of an image's manifest. */
    public static final int FORMAT_VERSION = 1;
    /**
     * The longest image, 64 TiB. The content digest takes time for zero chunks too: without a bound a few forged bytes
     * would keep a reader busy for years.
     */
    public static final long LENGTH_BYTES_MAX = 1L << 46;

    /**
     * @throws IllegalArgumentException when the leaves give another content digest than the header says, or there is
     *     one for a chunk of zeroes
     */
    public Manifest {
        Objects.requireNonNull(header);
        Digest given = leaves.contentDigest(header.lengthBytes());
        if (!given.equals(header.contentDigest())) {
            throw new IllegalArgumentException(
                    "the leaves give " + given + ", the header says " + header.contentDigest());
        }
        // A chunk of zeroes need not have a cluster; its leaf would make a scrub call it lost.
        leaves.firstZeroChunk(header.lengthBytes()).ifPresent(chunk -> {
            throw new IllegalArgumentException("chunk " + chunk + " is zeroes and has a leaf");
        });
    }

    public ImageId id() {
        return header.id();
    }

    public ResourceName name() {
        return header.name();
    }

    public long lengthBytes() {
        return header.lengthBytes();
    }

    public Digest contentDigest() {
        return header.contentDigest();
    }
}
