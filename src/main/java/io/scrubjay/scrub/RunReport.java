// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.scrub;

import io.scrubjay.image.ScrubLevel;
import io.scrubjay.manifest.ResourceName;

import java.util.List;
import java.util.Objects;
import java.util.Optional;

/**
 * The description of a run at one moment. Immutable.
 *
 * @param id the id of the run
 * @param order what was requested
 * @param state its state
 * @param progress its progress
 * @param position the chunk it read last; for an ended run, where it ended
 * @param findingsTotal how many findings there are
 * @param findings the first of them, at most {@link #FINDINGS_MAX}; none in a list of runs
 */
public record RunReport(
        RunId id,
        Order order,
        ScrubRunState state,
        RunProgress progress,
        Optional<Position> position,
        long findingsTotal,
        List<Finding> findings) {
    /** How many findings of one run are kept; the rest are counted. */
    public static final int FINDINGS_MAX = 10_000;

    /**
     * A request for a run.
     *
     * @param target what to scrub
     * @param level how thoroughly
     * @param origin who requested it
     */
    public record Order(ScrubTarget target, ScrubLevel level, RunOrigin origin) {
        public Order {
            Objects.requireNonNull(target);
            Objects.requireNonNull(level);
            Objects.requireNonNull(origin);
        }
    }

    /**
     * A place in an image.
     *
     * @param image the image
     * @param chunk the chunk
     */
    public record Position(ResourceName image, long chunk) {
        public Position {
            Objects.requireNonNull(image);
        }

        @Override
        public String toString() {
            return "chunk " + chunk + " of " + image;
        }
    }

    public RunReport {
        Objects.requireNonNull(id);
        Objects.requireNonNull(order);
        Objects.requireNonNull(state);
        Objects.requireNonNull(progress);
        Objects.requireNonNull(position);
        findings = List.copyOf(findings);
        if (findingsTotal < findings.size()) {
            throw new IllegalArgumentException(findings.size() + " of " + findingsTotal + " findings");
        }
    }

    /** Whether the run has ended, so that this no longer changes. */
    public boolean isEnded() {
        return state instanceof ScrubRunState.Ended;
    }

    /** The same report with another state. */
    RunReport in(ScrubRunState other) {
        return new RunReport(id, order, other, progress, position, findingsTotal, findings);
    }

    /** The same report with these findings. */
    RunReport with(List<Finding> known) {
        return new RunReport(id, order, state, progress, position, findingsTotal, known);
    }

    /** The same report without the findings themselves. */
    RunReport withoutFindings() {
        return with(List.of());
    }
}
