// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.api.image;

import io.quarkus.runtime.annotations.RegisterForReflection;
import io.scrubjay.api.export.ExportView;
import io.scrubjay.api.lookup.ReferenceView;
import io.scrubjay.api.problem.ErrorView;
import io.scrubjay.block.Digest;
import io.scrubjay.image.Image;
import io.scrubjay.image.ImageCatalog;
import io.scrubjay.image.ImageState;
import io.scrubjay.manifest.ManifestHeader;
import io.scrubjay.manifest.PointInTime;
import org.eclipse.microprofile.openapi.annotations.media.Schema;

import java.time.Instant;
import java.util.Optional;

/** A snapshot of a volume in the API. Values that are not known yet, or no longer, are {@code null}. */
@RegisterForReflection
@Schema(name = "Snapshot")
record SnapshotView(
        String name,
        String id,

        @Schema(enumeration = {"pending", "ready", "quarantined"})
        String state,

        @Schema(
                implementation = String.class,
                nullable = true,
                description = "the volume it was taken of, by the name it had then")
        Optional<String> volume,

        @Schema(implementation = String.class, nullable = true)
        Optional<String> volumeId,

        @Schema(
                implementation = ReferenceView.class,
                nullable = true,
                description =
                        "the image or snapshot whose digests were reused for unchanged chunks, if it still exists")
        Optional<ReferenceView> parent,

        @Schema(implementation = Long.class, nullable = true)
        Optional<Long> sizeBytes,

        @Schema(implementation = String.class, nullable = true, description = "of the logical content")
        Optional<String> contentDigest,

        @Schema(implementation = Integer.class, nullable = true)
        Optional<Integer> clusterSizeBytes,

        @Schema(implementation = Long.class, nullable = true)
        Optional<Long> totalClusters,

        @Schema(implementation = Long.class, nullable = true, description = "clusters of its own when it was taken")
        Optional<Long> allocatedClusters,

        @Schema(implementation = Long.class, nullable = true)
        Optional<Long> allocatedBytes,

        @Schema(
                implementation = Instant.class,
                nullable = true,
                description = "null while the manifest, which records it, cannot be read")
        Optional<Instant> createdAt,

        @Schema(implementation = Instant.class, nullable = true)
        Optional<Instant> readyAt,

        @Schema(implementation = ImageView.LastScrubView.class, nullable = true)
        Optional<ImageView.LastScrubView> lastScrub,

        @Schema(implementation = ErrorView.class, nullable = true)
        Optional<ErrorView> error,

        @Schema(implementation = ExportView.class, nullable = true, description = "where clients can reach it now")
        Optional<ExportView> export) {
    static SnapshotView of(Image snapshot, ImageCatalog catalog) {
        ImageState state = snapshot.state();
        Optional<ManifestHeader> header = known(state);
        Optional<PointInTime> taken = taken(state);
        return new SnapshotView(
                snapshot.name().value(),
                snapshot.id().toString(),
                state.wireName(),
                taken.map(from -> from.volumeName().value()),
                taken.map(from -> from.volume().toString()),
                taken.flatMap(PointInTime::parent)
                        .flatMap(catalog::find)
                        .map(Image::key)
                        .map(ReferenceView::of),
                header.map(ManifestHeader::lengthBytes),
                header.map(ManifestHeader::contentDigest).map(Digest::toString),
                header.map(known -> known.footprint().clusterSize().bytes()),
                header.map(known -> known.footprint().clusterSize().clustersIn(known.lengthBytes())),
                header.map(known -> known.footprint().allocatedClusters()),
                header.map(known -> known.footprint().allocatedClusters()
                        * known.footprint().clusterSize().bytes()),
                ImageView.createdAt(snapshot, state),
                header.map(ManifestHeader::sealedAt),
                snapshot.lastScrub().map(ImageView.LastScrubView::of),
                ErrorView.of(state),
                snapshot.export().map(ExportView::of));
    }

    /** The volume from which it was taken, if known. */
    static Optional<PointInTime> taken(ImageState state) {
        return known(state).flatMap(ManifestHeader::pointInTime);
    }

    private static Optional<ManifestHeader> known(ImageState state) {
        return state instanceof ImageState.Committed committed ? committed.known() : Optional.empty();
    }
}
