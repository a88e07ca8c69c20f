// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.image;

import io.scrubjay.block.Digest;
import io.scrubjay.manifest.ManifestHeader;
import io.scrubjay.manifest.Upload;

import java.util.Optional;

/**
 * The digests of an image that are known in one of its states. Immutable.
 *
 * @param source the digest of the file as it was sent
 * @param verified the digests of the logical content, each of which is computed at another time
 */
public record KnownDigests(Optional<Digest> source, Verified verified) {
    /** The digests of an image in this state; none if its manifest cannot be read. */
    public static KnownDigests of(ImageState state) {
        if (state instanceof ImageState.Sealing sealing) {
            return new KnownDigests(sealing.sourceDigest(), sealing.verified());
        }
        Optional<ManifestHeader> header =
                state instanceof ImageState.Committed committed ? committed.known() : Optional.empty();
        return new KnownDigests(
                header.flatMap(ManifestHeader::upload).map(Upload::sourceDigest),
                header.map(KnownDigests::proven).orElse(Verified.NOTHING));
    }

    /** An image that nobody sent has no stream and no head. */
    private static Verified proven(ManifestHeader header) {
        return header.upload().isPresent()
                ? Verified.all(header.contentDigest())
                : Verified.NOTHING.withSnapshot(header.contentDigest());
    }

    /**
     * The digest of the logical content, once the stream has been read to its end; without a stream, once the image is
     * proven.
     */
    public Optional<Digest> content() {
        return verified.stream().or(verified::snapshot);
    }
}
