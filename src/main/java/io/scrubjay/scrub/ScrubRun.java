// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.scrub;

import io.scrubjay.manifest.ResourceName;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.function.LongSupplier;

/**
 * One run while the agent lives: its state, progress and findings.
 *
 * <p>Thread-safe: guarded by its own monitor, which is held for a few instructions only.
 */
final class ScrubRun {
    private final RunId id;
    private final RunReport.Order order;
    private final InstantSource clock;
    private final LongSupplier nanoClock;

    private ScrubRunState state;
    private RunProgress progress = RunProgress.NOTHING;
    private long activeSinceNanos;
    private RunReport.Position position;
    private long findingsTotal;
    private final List<Finding> findings = new ArrayList<>();

    ScrubRun(RunReport.Order order, InstantSource clock, LongSupplier nanoClock) {
        this.id = RunId.random();
        this.order = Objects.requireNonNull(order);
        this.clock = clock;
        this.nanoClock = nanoClock;
        this.state = new ScrubRunState.Queued(clock.instant());
    }

    RunId id() {
        return id;
    }

    RunReport.Order order() {
        return order;
    }

    synchronized boolean isEnded() {
        return state instanceof ScrubRunState.Ended;
    }

    /** Starts the run. Returns false when it has been cancelled in the meantime. */
    synchronized boolean start() {
        if (!(state instanceof ScrubRunState.Queued queued)) {
            return false;
        }
        become(queued.running(clock.instant()));
        return true;
    }

    /** Pauses the run. Does nothing unless it is running. */
    synchronized void pause() {
        if (state instanceof ScrubRunState.Running running) {
            become(running.paused());
        }
    }

    /** Resumes the run. Does nothing unless it is paused. */
    synchronized void resume() {
        if (state instanceof ScrubRunState.Paused paused) {
            become(paused.resumed());
        }
    }

    /** Ends the run after all images are done. Does nothing when it has already ended. */
    synchronized void finish() {
        // Somebody may have paused it after its last chunk.
        resume();
        if (state instanceof ScrubRunState.Running running) {
            become(running.finished(clock.instant()));
        }
    }

    /** Does nothing when it has ended already. */
    synchronized void cancel() {
        if (state instanceof ScrubRunState.Unfinished unfinished) {
            become(unfinished.cancelled(clock.instant()));
        }
    }

    /** Does nothing when it has ended already. */
    synchronized void fail(String message) {
        if (state instanceof ScrubRunState.Unfinished unfinished) {
            become(unfinished.failed(clock.instant(), message));
        }
    }

    private void become(ScrubRunState next) {
        if (state instanceof ScrubRunState.Running) {
            progress = progress.after(activeNow());
        }
        if (next instanceof ScrubRunState.Running) {
            activeSinceNanos = nanoClock.getAsLong();
        }
        state = next;
    }

    private Duration activeNow() {
        return Duration.ofNanos(Math.max(0, nanoClock.getAsLong() - activeSinceNanos));
    }

    /** Sets how much there is to do. */
    synchronized void planned(int images, long bytes) {
        progress = progress.planned(images, bytes);
    }

    /** Ends the run early, with a message that says where it was. Does nothing when it has already ended. */
    synchronized void stop(String why) {
        fail(position == null ? why : why + " at " + position);
    }

    /** Records that the run is about to read this chunk. A run that has ended keeps its last position. */
    synchronized void at(ResourceName image, long chunk) {
        if (!isEnded()) {
            position = new RunReport.Position(image, chunk);
        }
    }

    synchronized void read(long bytes) {
        progress = progress.read(bytes);
    }

    synchronized void transientMismatch() {
        progress = progress.transientMismatch();
    }

    /** Records that one image has been scrubbed to its end. */
    synchronized void imageDone() {
        progress = progress.imageDone();
    }

    /** Records that one image was skipped, so that this many of the planned bytes will not be read. */
    synchronized void imageSkipped(long bytes) {
        progress = progress.imageSkipped(bytes);
    }

    /** Adds a finding, even after the end of the run, since its check was in progress. */
    synchronized void found(Finding finding) {
        findingsTotal++;
        if (findings.size() < RunReport.FINDINGS_MAX) {
            findings.add(finding);
        }
    }

    /** The present report. */
    synchronized RunReport report() {
        return report(findings);
    }

    /** The present report without the findings themselves. */
    synchronized RunReport summary() {
        return report(List.of());
    }

    private RunReport report(List<Finding> shown) {
        RunProgress now = state instanceof ScrubRunState.Running ? progress.after(activeNow()) : progress;
        return new RunReport(id, order, state, now, Optional.ofNullable(position), findingsTotal, shown);
    }

    /** The state in which it ended; empty while it has not. */
    synchronized Optional<ScrubRunState.Ended> end() {
        return state instanceof ScrubRunState.Ended ended ? Optional.of(ended) : Optional.empty();
    }

    /** When it was requested. */
    synchronized Instant queuedAt() {
        return state.queuedAt();
    }
}
