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
 * An error in one chunk of an image or snapshot, in its padding, or in its manifest. Immutable.
 *
 * @param image the image or snapshot
 * @param kind what is wrong
 * @param chunk the chunk; empty for the manifest; for padding, the chunk at its offset
 * @param range the bytes of the chunk; for padding, from the first wrong byte to the end of the piece that was read;
 *     for a manifest, the position in its stored form where the damage was noticed
 * @param expected the digest in the manifest, as {@code <algorithm>:<hex>}; empty when there is none
 * @param actual the digest of the bytes that were read; empty when nothing was read
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

    /** A manifest that can be read but differs from what was stored, noticed at this byte of its stored form. */
    static Finding ofDamagedManifest(ImageKey image, long offsetBytes) {
        return ofManifest(image, FindingKind.MANIFEST_DAMAGED, offsetBytes);
    }

    /** A manifest that is no longer in the pool. */
    static Finding ofMissingManifest(ImageKey image) {
        return ofManifest(image, FindingKind.MANIFEST_MISSING, 0);
    }

    /** A manifest that cannot be read from the medium. */
    static Finding ofUnreadableManifest(ImageKey image) {
        return ofManifest(image, FindingKind.UNREADABLE, 0);
    }

    /** Padding that is not zeroes, from the first byte of this range. */
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

    /** The target, in the form in which a scrub of it is requested. */
    public String target() {
        return ScrubTarget.of(image).toString();
    }

    /** The finding as stored in a quarantine marker; empty when it is not about a chunk. */
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
