// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.scrub;

import io.scrubjay.block.ChunkGrid;
import io.scrubjay.block.ClusterSize;
import io.scrubjay.engine.ClusterChain;
import io.scrubjay.engine.EngineException;
import io.scrubjay.flow.ChunkWalk;
import io.scrubjay.image.Image;
import io.scrubjay.image.ImageCatalog;
import io.scrubjay.image.ImageState;
import io.scrubjay.image.LastScrub;
import io.scrubjay.image.Lease;
import io.scrubjay.image.ScrubLevel;
import io.scrubjay.refusal.RefusedException;
import org.jboss.logging.Logger;

import java.util.ArrayList;
import java.util.List;

/** Drives one run from its start to its end. Confined to the scrub thread. */
final class RunDrive {
    private static final Logger LOG = Logger.getLogger(RunDrive.class);

    /** How many images of one run that could not be scrubbed get a log line of their own. */
    static final int LISTED_MAX = 20;

    private final ScrubTools tools;
    private final ImageCatalog catalog;
    private final ScrubRun run;
    private final ChunkWalk walk;
    private final List<String> problems = new ArrayList<>();
    private boolean stalled;

    RunDrive(ScrubTools tools, ImageCatalog catalog, ScrubRun run) {
        this.tools = tools;
        this.catalog = catalog;
        this.run = run;
        this.walk = tools.newWalk();
    }

    /** One image of the run and how many bytes of it are to be read. */
    private record Planned(Image image, long bytes) {}

    /** Scrubs every image of the target; the run has ended afterwards. */
    void drive() {
        List<Planned> plan = plan();
        run.planned(plan.size(), plan.stream().mapToLong(Planned::bytes).sum());
        save();
        for (Planned planned : plan) {
            // A device that does not answer is not a finding about any image, and further calls would only stall again.
            if (run.isEnded() || stalled) {
                break;
            }
            scrub(planned);
            save();
        }
        if (problems.isEmpty()) {
            run.finish();
        } else {
            run.fail(problems.get(0) + (problems.size() == 1 ? "" : "; and " + (problems.size() - 1) + " more"));
        }
    }

    private void save() {
        tools.history().save(run.report());
    }

    private List<Planned> plan() {
        List<Planned> plan = new ArrayList<>();
        for (Image image : targets()) {
            plan.add(new Planned(image, storedBytes(image)));
        }
        return plan;
    }

    private List<Image> targets() {
        ScrubTarget target = run.order().target();
        if (target instanceof ScrubTarget.One one) {
            try {
                return List.of(catalog.get(one.key()));
            } catch (RefusedException gone) {
                problems.add(gone.getMessage());
                return List.of();
            }
        }
        return catalog.committed();
    }

    /** How many bytes of an image must be read; 0 when that is unknown, in which case its scrub will find out why. */
    private long storedBytes(Image image) {
        if (!(image.state() instanceof ImageState.Committed committed)
                || committed.known().isEmpty()) {
            return 0;
        }
        ChunkGrid grid = new ChunkGrid(committed.known().get().lengthBytes());
        ClusterSize clusterSize = tools.engine().traits().clusterSize();
        try {
            return ChunkWalk.storedBytes(ClusterChain.visible(tools.engine(), image.volume()), clusterSize, grid);
        } catch (EngineException unknown) {
            return 0;
        }
    }

    private void scrub(Planned planned) {
        Image image = planned.image();
        long before = run.summary().progress().bytesRead();
        try (Lease<Image> lease = image.leaseForScrub()) {
            ImageScrub scrub = new ImageScrub(tools, walk, run, lease);
            ImageScrub.Outcome outcome;
            try {
                outcome = scrub.scrub();
            } finally {
                if (!scrub.findings().settle()) {
                    problems.add("the quarantine of " + image + " could not be written to the pool");
                }
            }
            switch (outcome) {
                case COMPLETE -> complete(image, scrub.findings());
                case LET_GO -> letGo(planned, before);
            }
        } catch (RefusedException notCommitted) {
            letGo(planned, before);
        } catch (EngineException failure) {
            stalled = failure instanceof EngineException.DeviceStalled;
            LOG.debugf(failure, "%s could not be scrubbed", image);
            unscrubbed(image + " could not be scrubbed: " + failure.getMessage());
        }
    }

    /**
     * Logs an image that could not be scrubbed. Without a stack trace: the message says what the device did, and when
     * the pool is away, this happens for every image.
     */
    private void unscrubbed(String problem) {
        problems.add(problem);
        if (problems.size() <= LISTED_MAX) {
            LOG.warn(problem);
        } else if (problems.size() == LISTED_MAX + 1) {
            LOG.warnf("%s. More images of this run cannot be scrubbed; they are counted, not listed", problem);
        }
    }

    private void complete(Image image, ImageFindings findings) {
        LastScrub verdict = new LastScrub(run.order().level(), tools.clock().instant(), findings.isIntact());
        image.scrubbed(verdict);
        tools.history().scrubbed(image.id(), verdict);
        if (verdict.intact() && verdict.level() == ScrubLevel.DEEP) {
            findings.release();
        }
        run.imageDone();
    }

    private void letGo(Planned planned, long readBefore) {
        // A cancelled run has not skipped anything: it shows how far it got.
        if (!run.isEnded()) {
            long read = run.summary().progress().bytesRead() - readBefore;
            run.imageSkipped(Math.max(0, planned.bytes() - read));
        }
    }
}
