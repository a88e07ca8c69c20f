// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.api.image;

import io.quarkus.runtime.annotations.RegisterForReflection;
import io.scrubjay.api.export.ExportView;
import io.scrubjay.api.problem.ErrorView;
import io.scrubjay.block.Digest;
import io.scrubjay.image.Image;
import io.scrubjay.image.ImageState;
import io.scrubjay.image.KnownDigests;
import io.scrubjay.image.LastScrub;
import io.scrubjay.image.Verified;
import io.scrubjay.manifest.ManifestHeader;
import io.scrubjay.manifest.Upload;
import org.eclipse.microprofile.openapi.annotations.media.Schema;

import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * An image in the API. Values that are not known yet, or no longer, are {@code null}.
 *
 * @param progress the share of the expected bytes that has been received, 0.0 to 1.0; null when no length was
 *     announced, or once the image has failed
 */
@RegisterForReflection
@Schema(name = "Image")
public record ImageView(
        String name,
        String id,

        @Schema(
                enumeration = {"pending", "receiving", "sealing", "ready", "quarantined", "failed", "deleted"},
                implementation = String.class)
        String state,

        @Schema(implementation = String.class, nullable = true, examples = "raw")
        Optional<String> format,

        @Schema(implementation = String.class, nullable = true, examples = "none")
        Optional<String> compression,

        @Schema(
                implementation = SourceView.class,
                nullable = true,
                description = "where the agent took the image from; null when a client sent it; a URL is null after a"
                        + " restart, too")
        Optional<SourceView> source,

        @Schema(implementation = Long.class, nullable = true, description = "the size of the disk, as a guest sees it")
        Optional<Long> virtualSizeBytes,

        @Schema(
                implementation = Long.class,
                nullable = true,
                description =
                        "how many bytes of the file have been received, 0 for an image of a volume or snapshot; null while the manifest, which records it,"
                                + " cannot be read")
        Optional<Long> receivedBytes,

        @Schema(
                description = "how many bytes of the file had to be kept in the pool until their place on the disk was"
                        + " known; 0 after a restart of the agent")
        long spooledBytes,

        @Schema(implementation = Long.class, nullable = true)
        Optional<Long> expectedBytes,

        @Schema(implementation = Double.class, nullable = true)
        Optional<Double> progress,

        @Schema(implementation = String.class, nullable = true, description = "the digest of the file as it was sent")
        Optional<String> sourceDigest,

        @Schema(implementation = String.class, nullable = true, description = "the digest that the sender expected")
        Optional<String> expectedDigest,

        @Schema(implementation = String.class, nullable = true, description = "of the logical content")
        Optional<String> contentDigest,

        @Schema(implementation = Integer.class, nullable = true)
        Optional<Integer> clusterSizeBytes,

        @Schema(implementation = Long.class, nullable = true)
        Optional<Long> totalClusters,

        @Schema(implementation = Long.class, nullable = true)
        Optional<Long> allocatedClusters,

        @Schema(implementation = Long.class, nullable = true)
        Optional<Long> zeroBytesSkipped,

        VerifiedView verified,

        @Schema(
                implementation = Instant.class,
                nullable = true,
                description = "null while the manifest, which records it, cannot be read")
        Optional<Instant> createdAt,

        @Schema(implementation = Instant.class, nullable = true)
        Optional<Instant> readyAt,

        @Schema(implementation = LastScrubView.class, nullable = true)
        Optional<LastScrubView> lastScrub,

        @Schema(implementation = ErrorView.class, nullable = true)
        Optional<ErrorView> error,

        @Schema(implementation = ExportView.class, nullable = true, description = "where clients can reach it now")
        Optional<ExportView> export) {
    /** The three content digests, each really computed at its own time. */
    @RegisterForReflection
    @Schema(name = "Verified")
    record VerifiedView(
            @Schema(implementation = String.class, nullable = true, description = "of the decoded stream")
            Optional<String> stream,

            @Schema(implementation = String.class, nullable = true, description = "read back from the closed volume")
            Optional<String> closed,

            @Schema(implementation = String.class, nullable = true, description = "read through the snapshot")
            Optional<String> snapshot) {
        private static VerifiedView of(Verified verified) {
            return new VerifiedView(text(verified.stream()), text(verified.closed()), text(verified.snapshot()));
        }
    }

    /** How the latest scrub ended. */
    @RegisterForReflection
    @Schema(name = "LastScrub")
    record LastScrubView(String level, Instant finishedAt, String result) {
        static LastScrubView of(LastScrub scrub) {
            return new LastScrubView(
                    scrub.level().wireName(), scrub.finishedAt(), scrub.intact() ? "intact" : "damaged");
        }
    }

    /** The view of an image, as of now. */
    public static ImageView of(Image image) {
        ImageState state = image.state();
        return of(image, state, state.wireName());
    }

    /** The last view of an image: that it was deleted. */
    static ImageView ofDeleted(Image image) {
        return of(image, image.state(), "deleted");
    }

    private static ImageView of(Image image, ImageState state, String word) {
        Optional<ManifestHeader> header =
                state instanceof ImageState.Committed committed ? committed.known() : Optional.empty();
        KnownDigests digests = KnownDigests.of(state);
        Optional<Upload> upload = header.flatMap(ManifestHeader::upload);
        return new ImageView(
                image.name().value(),
                image.id().toString(),
                word,
                upload.map(Upload::format),
                upload.map(Upload::compression),
                image.source().map(SourceView::of),
                header.map(ManifestHeader::lengthBytes),
                state instanceof ImageState.Committed
                        ? header.map(known ->
                                known.upload().map(Upload::receivedBytes).orElse(0L))
                        : Optional.of(image.receivedBytes()),
                image.spooledBytes(),
                boxed(image.expectedBytes()),
                progress(state, image.receivedBytes(), image.expectedBytes()),
                text(digests.source()),
                text(image.expectedDigest()),
                text(digests.content()),
                header.map(known -> known.footprint().clusterSize().bytes()),
                header.map(known -> known.footprint().clusterSize().clustersIn(known.lengthBytes())),
                header.map(known -> known.footprint().allocatedClusters()),
                header.map(known -> known.footprint().zeroBytesSkipped()),
                VerifiedView.of(digests.verified()),
                createdAt(image, state),
                header.map(ManifestHeader::sealedAt),
                image.lastScrub().map(LastScrubView::of),
                ErrorView.of(state),
                image.export().map(ExportView::of));
    }

    /** As precise as the manifest keeps it: a restart changes nothing. Empty when it is stored and cannot be read. */
    static Optional<Instant> createdAt(Image image, ImageState state) {
        Optional<Instant> createdAt = state instanceof ImageState.Committed committed
                ? committed.known().map(ManifestHeader::createdAt)
                : Optional.of(image.createdAt());
        return createdAt.map(moment -> moment.truncatedTo(ChronoUnit.MILLIS));
    }

    private static Optional<Double> progress(ImageState state, long receivedBytes, OptionalLong expectedBytes) {
        if (state instanceof ImageState.Sealing || state instanceof ImageState.Committed) {
            return Optional.of(1.0);
        }
        if (state instanceof ImageState.Failed) {
            // It goes nowhere any more; how much had come is in receivedBytes.
            return Optional.empty();
        }
        return boxed(expectedBytes)
                .filter(expected -> expected > 0)
                .map(expected -> Math.min(1.0, (double) receivedBytes / expected));
    }

    private static Optional<String> text(Optional<Digest> digest) {
        return digest.map(Digest::toString);
    }

    private static Optional<Long> boxed(OptionalLong number) {
        return number.isPresent() ? Optional.of(number.getAsLong()) : Optional.empty();
    }
}
