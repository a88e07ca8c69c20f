// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.image;

import io.scrubjay.block.Digest;
import io.scrubjay.manifest.ManifestHeader;
import io.scrubjay.manifest.Upload;

import java.util.Optional;

/**
 * The digests of an image that are known in one of its states. Immutable.
 *
 * @param source of the file as it was sent
 * @param verified of the logical content, each computed at its own time
 */
public record KnownDigests(Optional<Digest> source, Verified verified) {
    /** What an image in this state tells; a manifest that cannot be read tells nothing. */
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

    /** Of the logical content, as soon as the stream has been read to its end. */
    public Optional<Digest> content() {
        return verified.stream();
    }
}
