// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.manifest;

import io.scrubjay.block.Digest;

import java.util.Objects;

/**
 * The durable record of one image, or of one snapshot of a volume. If an image has a manifest, the image was proven:
 * the stream, the closed head and the snapshot all had its content digest. If a snapshot has one, its leaves were
 * computed from bytes that were read from the medium, or were copied from its parent's leaves where nothing had
 * changed. An image that was made from a volume or snapshot has leaves like that, too, and all of it was read from the
 * medium and had them.
 *
 * @param header everything but the leaves
 * @param leaves one leaf for each chunk that is not zero; together they give the header's content digest
 */
public record Manifest(ManifestHeader header, LeafTable leaves) {
    /** The version of the stored form of the manifest of an image that was sent. */
    public static final int FORMAT_VERSION = 1;
    /**
     * The longest image, 64 TiB. Computing the content digest takes time for zero chunks too: without this limit, a few
     * forged bytes could keep a reader busy for years.
     */
    public static final long LENGTH_BYTES_MAX = 1L << 46;

    /**
     * @throws IllegalArgumentException when the leaves give another content digest than the header says, or a chunk of
     *     zeroes has a leaf
     */
    public Manifest {
        Objects.requireNonNull(header);
        Digest given = leaves.contentDigest(header.lengthBytes());
        if (!given.equals(header.contentDigest())) {
            throw new IllegalArgumentException(
                    "the leaves give " + given + ", the header says " + header.contentDigest());
        }
        // A chunk of zeroes may have no cluster; if it had a leaf, a scrub would report it as lost.
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
