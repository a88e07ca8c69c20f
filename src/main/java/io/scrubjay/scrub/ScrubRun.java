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
 * One run while the agent lives: its state, how far it is, what it has found.
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

    /** Its turn has come. False when it has been cancelled in the meantime. */
    synchronized boolean start() {
        if (!(state instanceof ScrubRunState.Queued queued)) {
            return false;
        }
        become(queued.running(clock.instant()));
        return true;
    }

    /** Does nothing unless it is running. */
    synchronized void pause() {
        if (state instanceof ScrubRunState.Running running) {
            become(running.paused());
        }
    }

    /** Does nothing unless it is paused. */
    synchronized void resume() {
        if (state instanceof ScrubRunState.Paused paused) {
            become(paused.resumed());
        }
    }

    /** All images are done. Does nothing when it has ended already. */
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

    /** What it has to do is known. */
    synchronized void planned(int images, long bytes) {
        progress = progress.planned(images, bytes);
    }

    /** Ends it before its time, and says where that was. Does nothing when it has ended already. */
    synchronized void stop(String why) {
        fail(position == null ? why : why + " at " + position);
    }

    /** Is about to read this chunk. A run that has ended keeps the place it ended at. */
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

    /** One image has been scrubbed to its end. */
    synchronized void imageDone() {
        progress = progress.imageDone();
    }

    /** One image was let go of; so many of the planned bytes are not going to be read. */
    synchronized void imageSkipped(long bytes) {
        progress = progress.imageSkipped(bytes);
    }

    /** Counts a finding, also one that comes in after the end: it was under way. */
    synchronized void found(Finding finding) {
        findingsTotal++;
        if (findings.size() < RunReport.FINDINGS_MAX) {
            findings.add(finding);
        }
    }

    /** How it stands now. */
    synchronized RunReport report() {
        return report(findings);
    }

    /** How it stands now, without the findings themselves. */
    synchronized RunReport summary() {
        return report(List.of());
    }

    private RunReport report(List<Finding> shown) {
        RunProgress now = state instanceof ScrubRunState.Running ? progress.after(activeNow()) : progress;
        return new RunReport(id, order, state, now, Optional.ofNullable(position), findingsTotal, shown);
    }

    /** The state it ended in; empty while it has not. */
    synchronized Optional<ScrubRunState.Ended> end() {
        return state instanceof ScrubRunState.Ended ended ? Optional.of(ended) : Optional.empty();
    }

    /** When it was ordered. */
    synchronized Instant queuedAt() {
        return state.queuedAt();
    }
}
