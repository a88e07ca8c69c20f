// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.agent;

import io.scrubjay.image.Image;
import io.scrubjay.image.LogEvent;
import io.scrubjay.image.ScrubLevel;
import io.scrubjay.image.Suspicion;
import io.scrubjay.refusal.RefusedException;
import io.scrubjay.scrub.RunOrigin;
import io.scrubjay.scrub.RunReport;
import io.scrubjay.scrub.ScrubRunState;
import io.scrubjay.scrub.ScrubTarget;
import io.scrubjay.scrub.Scrubber;
import jakarta.inject.Singleton;
import org.jboss.logging.Logger;

/**
 * Orders a scrub of an image in which a download found a suspicious chunk: only the scrub establishes damage and
 * quarantines the image. Thread-safe.
 */
@Singleton
final class SuspectScrub implements Suspicion {
    private static final Logger LOG = Logger.getLogger(SuspectScrub.class);

    private final Scrubber scrubber;

    SuspectScrub(Scrubber scrubber) {
        this.scrubber = scrubber;
    }

    @Override
    public synchronized void suspect(Image image, long chunk) {
        ScrubTarget target = ScrubTarget.of(image.key());
        // A running scrub may have passed the chunk already; a waiting one has not.
        if (scrubber.runs().stream().anyMatch(run -> waitsFor(target, run))) {
            return;
        }
        try {
            scrubber.submit(new RunReport.Order(target, ScrubLevel.DEEP, RunOrigin.REQUEST));
            LogEvent.IMAGE_SUSPECT.warn(
                    LOG,
                    "%s: chunk %d did not read back as stored; the agent has ordered a deep scrub of it",
                    image,
                    chunk);
        } catch (RefusedException refused) {
            LOG.warnf(
                    "%s: chunk %d did not read back as stored, but the agent could not order a scrub: %s. Order a"
                            + " deep scrub of it with POST /v1/scrub/runs",
                    image, chunk, refused.getMessage());
        }
    }

    private static boolean waitsFor(ScrubTarget target, RunReport run) {
        return run.state() instanceof ScrubRunState.Queued
                && run.order().level() == ScrubLevel.DEEP
                && run.order().target().equals(target);
    }
}
