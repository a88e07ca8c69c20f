// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.api.volume;

import io.quarkus.runtime.annotations.RegisterForReflection;
import io.scrubjay.api.export.ExportView;
import io.scrubjay.api.lookup.ReferenceView;
import io.scrubjay.api.problem.ErrorView;
import io.scrubjay.block.ClusterSize;
import io.scrubjay.engine.Export;
import io.scrubjay.engine.Provisioning;
import io.scrubjay.volume.NamedVolume;
import io.scrubjay.volume.VolumeJob;
import io.scrubjay.volume.VolumeReport;
import io.scrubjay.volume.VolumeReport.Extent;
import org.eclipse.microprofile.openapi.annotations.media.Schema;

import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** A volume in the API. Unknown values are {@code null}. */
@RegisterForReflection
@Schema(name = "Volume")
record VolumeView(
        String name,
        String id,

        @Schema(
                enumeration = {"ready", "lost", "unreadable"},
                description = "lost: its bytes are missing from the pool; unreadable: the agent cannot tell now whether"
                        + " they are")
        String state,

        @Schema(
                implementation = Long.class,
                nullable = true,
                description = "the size, rounded up to whole clusters; null unless `state` is `ready`, like every field"
                        + " that needs its bytes")
        Optional<Long> sizeBytes,

        @Schema(
                enumeration = {"thin", "thick"},
                implementation = String.class,
                nullable = true,
                description = "as it is now; a snapshot makes a thick volume thin where data are shared")
        Optional<String> provisioning,

        int clusterSizeBytes,

        @Schema(implementation = Long.class, nullable = true)
        Optional<Long> totalClusters,

        @Schema(
                implementation = Long.class,
                nullable = true,
                description = "clusters of its own, without those of its parents")
        Optional<Long> allocatedClusters,

        @Schema(implementation = Long.class, nullable = true)
        Optional<Long> allocatedBytes,

        @Schema(
                implementation = ReferenceView.class,
                nullable = true,
                description = "the image or snapshot it was cloned from")
        Optional<ReferenceView> source,

        @Schema(
                nullable = true,
                description = "its parents, from which it reads where it has no cluster of its own, the nearest first;"
                        + " null while its bytes are lost or cannot be read")
        List<ReferenceView> parents,

        @Schema(
                implementation = Instant.class,
                nullable = true,
                description = "null while the label, which records it, cannot be read")
        Optional<Instant> createdAt,

        @Schema(
                implementation = JobView.class,
                nullable = true,
                description = "the background job that is running, or the last one since the agent started")
        Optional<JobView> job,

        @Schema(implementation = ExportView.class, nullable = true, description = "where clients can reach it now")
        Optional<ExportView> export) {
    /** A change that takes long. */
    @RegisterForReflection
    @Schema(name = "VolumeJob")
    record JobView(
            @Schema(enumeration = {"inflate", "decouple"}) String kind,

            @Schema(enumeration = {"running", "finished", "failed"})
            String state,

            Instant startedAt,

            @Schema(implementation = Instant.class, nullable = true)
            Optional<Instant> endedAt,

            @Schema(implementation = ErrorView.class, nullable = true)
            Optional<ErrorView> error) {
        private static JobView of(VolumeJob job) {
            return new JobView(
                    job.kind().wireName(),
                    job.wireName(),
                    job.startedAt(),
                    job instanceof VolumeJob.Ended ended ? Optional.of(ended.endedAt()) : Optional.empty(),
                    job instanceof VolumeJob.Failed failed
                            ? Optional.of(new ErrorView(failed.refusal().code(), failed.message()))
                            : Optional.empty());
        }
    }

    static VolumeView of(VolumeReport report, Optional<Export> export) {
        NamedVolume volume = report.volume();
        ClusterSize clusterSize = report.clusterSize();
        Optional<Extent> extent = report.extent();
        Optional<Long> sizeBytes = extent.map(Extent::sizeBytes);
        Optional<Long> allocated = extent.map(Extent::allocatedClusters);
        return new VolumeView(
                volume.name().value(),
                volume.id().toString(),
                report.state().wireName(),
                sizeBytes,
                extent.map(Extent::provisioning).map(VolumeView::word),
                clusterSize.bytes(),
                sizeBytes.map(clusterSize::clustersIn),
                allocated,
                allocated.map(clusters -> clusters * clusterSize.bytes()),
                report.source().map(ReferenceView::of),
                extent.map(known ->
                                known.parents().stream().map(ReferenceView::of).toList())
                        .orElse(null),
                volume.createdAt(),
                volume.job().map(JobView::of),
                export.map(ExportView::of));
    }

    private static String word(Provisioning provisioning) {
        return switch (provisioning) {
            case THIN -> "thin";
            case THICK -> "thick";
        };
    }
}
