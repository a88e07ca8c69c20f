// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.scrub;

import io.scrubjay.block.ByteRange;
import io.scrubjay.block.ChunkGrid;
import io.scrubjay.image.ImageKey;
import io.scrubjay.manifest.FindingLine;

import java.util.Objects;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * What is wrong with one chunk of an image or snapshot, or with its manifest. Immutable.
 *
 * @param image the image or snapshot
 * @param kind what is wrong
 * @param chunk the chunk; empty when it is the manifest; for what is behind the image, the chunk that its offset falls into
 * @param range the chunk's bytes; for what is behind the image, the first wrong byte and all up to the end of what was read with it;
 *     for a manifest, the place in its stored form where the damage was noticed
 * @param expected the digest the manifest has, as {@code <algorithm>:<hex>}; empty when there is none
 * @param actual the digest of what was read; empty when nothing was
 */
public record Finding(
        ImageKey image,
        FindingKind kind,
        OptionalLong chunk,
        ByteRange range,
        Optional<String> expected,
        Optional<String> actual) {
    public Finding {
        Objects.requireNonNull(image);
        Objects.requireNonNull(kind);
        Objects.requireNonNull(range);
        Objects.requireNonNull(expected);
        Objects.requireNonNull(actual);
        boolean isPossible = switch (kind) {
            case MISMATCH, LOST, STRAY, PADDING -> chunk.isPresent();
            case MANIFEST_DAMAGED, MANIFEST_MISSING -> chunk.isEmpty();
            case UNREADABLE -> true;
        };
        if (!isPossible) {
            throw new IllegalArgumentException(kind + " and " + chunk);
        }
    }

    /** A manifest that reads well and is not what was stored, noticed at this byte of its stored form. */
    static Finding ofDamagedManifest(ImageKey image, long offsetBytes) {
        return ofManifest(image, FindingKind.MANIFEST_DAMAGED, offsetBytes);
    }

    /** A manifest that is not in the pool any more. */
    static Finding ofMissingManifest(ImageKey image) {
        return ofManifest(image, FindingKind.MANIFEST_MISSING, 0);
    }

    /** A manifest that the medium does not give back. */
    static Finding ofUnreadableManifest(ImageKey image) {
        return ofManifest(image, FindingKind.UNREADABLE, 0);
    }

    /** What is behind the image is not zeroes, first at the first byte of this range. */
    static Finding ofPadding(ImageKey image, ByteRange range) {
        return new Finding(
                image,
                FindingKind.PADDING,
                OptionalLong.of(ChunkGrid.chunkOf(range.offset())),
                range,
                Optional.empty(),
                Optional.empty());
    }

    private static Finding ofManifest(ImageKey image, FindingKind kind, long offsetBytes) {
        return new Finding(
                image, kind, OptionalLong.empty(), new ByteRange(offsetBytes, 0), Optional.empty(), Optional.empty());
    }

    /** What is scrubbed, as an order for it is written. */
    public String target() {
        return ScrubTarget.of(image).toString();
    }

    /** What a quarantine marker keeps; empty when it is not about a chunk. */
    Optional<FindingLine> line() {
        return chunk.isPresent() ? Optional.of(new FindingLine(chunk.getAsLong(), kind.wireName())) : Optional.empty();
    }

    /** Kind and place, for people. */
    @Override
    public String toString() {
        if (kind == FindingKind.MANIFEST_MISSING) {
            return kind.wireName();
        }
        return chunk.isPresent()
                ? kind.wireName() + " in chunk " + chunk.getAsLong() + " at byte " + range.offset()
                : kind.wireName() + " at byte " + range.offset() + " of the manifest";
    }
}
