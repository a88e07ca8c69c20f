// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.api.scrub;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.scrubjay.scrub.RunProgress;
import io.scrubjay.scrub.RunReport;
import io.scrubjay.scrub.ScrubRunState;
import org.eclipse.microprofile.openapi.annotations.media.Schema;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * One run in the API. {@code findings} is left out of lists, and otherwise holds the first of {@code findingsTotal}.
 */
@Schema(name = "ScrubRun")
record ScrubRunView(
        String id,
        String target,
        String level,
        String origin,
        String state,
        Instant queuedAt,
        Optional<Instant> startedAt,
        Optional<Instant> finishedAt,
        Optional<ScrubPositionView> position,
        int imagesTotal,
        int imagesDone,
        int imagesSkipped,
        long bytesTotal,
        long bytesRead,
        double progress,
        long bytesPerSecond,
        OptionalLong etaSeconds,
        long transientMismatches,
        long findingsTotal,
        @JsonInclude(JsonInclude.Include.NON_ABSENT) Optional<List<ScrubFindingView>> findings,
        Optional<String> message) {
    /** With its findings. */
    static ScrubRunView of(RunReport run) {
        return of(
                run,
                Optional.of(run.findings().stream().map(ScrubFindingView::of).toList()));
    }

    /** Without its findings. */
    static ScrubRunView summary(RunReport run) {
        return of(run, Optional.empty());
    }

    private static ScrubRunView of(RunReport run, Optional<List<ScrubFindingView>> findings) {
        RunProgress progress = run.progress();
        return new ScrubRunView(
                run.id().toString(),
                run.order().target().toString(),
                run.order().level().wireName(),
                run.order().origin().wireName(),
                run.state().wireName(),
                run.state().queuedAt(),
                run.state().started(),
                run.state().ended(),
                run.position().map(ScrubPositionView::of),
                progress.imagesTotal(),
                progress.imagesDone(),
                progress.imagesSkipped(),
                progress.bytesTotal(),
                progress.bytesRead(),
                part(run),
                progress.bytesPerSecond(),
                eta(run),
                progress.transients(),
                run.findingsTotal(),
                findings,
                run.state() instanceof ScrubRunState.Failed failed ? Optional.of(failed.message()) : Optional.empty());
    }

    private static double part(RunReport run) {
        if (run.state() instanceof ScrubRunState.Finished) {
            return 1;
        }
        long total = run.progress().bytesTotal();
        return total == 0 ? 0 : Math.min(1, (double) run.progress().bytesRead() / total);
    }

    private static OptionalLong eta(RunReport run) {
        return run.state() instanceof ScrubRunState.Active
                ? run.progress()
                        .remaining()
                        .map(Duration::toSeconds)
                        .map(OptionalLong::of)
                        .orElse(OptionalLong.empty())
                : OptionalLong.empty();
    }
}
