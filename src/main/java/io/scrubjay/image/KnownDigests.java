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
            return new KnownDigests(Optional.of(sealing.sourceDigest()), sealing.verified());
        }
        Optional<ManifestHeader> header =
                state instanceof ImageState.Committed committed ? committed.known() : Optional.empty();
        return new KnownDigests(
                header.flatMap(ManifestHeader::upload).map(Upload::sourceDigest),
                header.map(ManifestHeader::contentDigest).map(Verified::all).orElse(Verified.NOTHING));
    }

    /** The digest of the logical content, once the stream has been read to its end. */
    public Optional<Digest> content() {
        return verified.stream();
    }
}
