// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.scrub;

import io.scrubjay.engine.EngineException;
import io.scrubjay.image.Image;
import io.scrubjay.image.ImageState;
import io.scrubjay.image.LogEvent;
import io.scrubjay.manifest.FindingLine;
import io.scrubjay.manifest.ManifestStore;
import io.scrubjay.manifest.QuarantineMarker;
import org.jboss.logging.Logger;

import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;

/**
 * What one scrub of one image has found. The first finding quarantines the image, at once; the scrub goes on.
 *
 * <p>Thread-safe: guarded by its own monitor, which is held while the quarantine marker is written, so that no finding
 * overtakes it.
 */
final class ImageFindings {
    /** The reason code of a quarantine because of chunks. */
    static final String SCRUB_FINDING = "scrub-finding";

    private static final Logger LOG = Logger.getLogger(ImageFindings.class);

    private final Image image;
    private final ScrubRun run;
    private final ManifestStore manifests;
    private final ScrubTotals totals;
    private final ScrubHistory history;
    private final InstantSource clock;

    private long count;
    private Optional<QuarantineMarker> unwritten = Optional.empty();

    ImageFindings(Image image, ScrubRun run, ScrubTools tools) {
        this.image = image;
        this.run = run;
        this.manifests = tools.manifests();
        this.totals = tools.totals();
        this.history = tools.history();
        this.clock = tools.clock();
    }

    /** Adds confirmed findings; blocks for the device when they are the first. */
    synchronized void add(List<Finding> findings) {
        if (findings.isEmpty()) {
            return;
        }
        if (count == 0) {
            quarantine(findings);
        }
        count += findings.size();
        for (Finding finding : findings) {
            run.found(finding);
            totals.found(finding.kind());
        }
    }

    synchronized boolean isIntact() {
        return count == 0;
    }

    /**
     * Tries once more to write a marker that could not be written.
     *
     * @return whether the quarantine, if there is one, survives a restart
     */
    synchronized boolean settle() {
        unwritten.ifPresent(this::write);
        return unwritten.isEmpty();
    }

    private void quarantine(List<Finding> findings) {
        QuarantineMarker marker = marker(findings);
        // ORDER: the marker first, so that nobody can have seen a quarantine that a crash would take back.
        write(marker);
        boolean isNew = image.state() instanceof ImageState.Ready;
        if (isNew) {
            image.move(
                    ImageState.Ready.class, ready -> ready.quarantined(marker.reason(), marker.message(), marker.at()));
            LogEvent.IMAGE_QUARANTINED.warn(LOG, "%s is quarantined: %s", image, marker.message());
            history.note(new ScrubEvent(marker.at(), "quarantined", Optional.of(image.name()), marker.message()));
        }
    }

    /** A marker that cannot be written does not keep a damaged image in service until the next restart. */
    private void write(QuarantineMarker marker) {
        try {
            manifests.quarantine(marker);
            unwritten = Optional.empty();
        } catch (EngineException.VolumeNotFound withoutManifest) {
            // A marker is beside a manifest or nowhere. Without one no start serves the image, marker or not.
            unwritten = Optional.empty();
        } catch (RuntimeException failure) {
            unwritten = Optional.of(marker);
            LOG.errorf(failure, "the quarantine of %s could not be written", image);
        }
    }

    private QuarantineMarker marker(List<Finding> findings) {
        Finding first = findings.get(0);
        Instant now = clock.instant();
        List<FindingLine> lines = findings.stream()
                .map(Finding::line)
                .flatMap(Optional::stream)
                .limit(QuarantineMarker.FINDINGS_MAX)
                .toList();
        String reason =
                first.kind() == FindingKind.MANIFEST_DAMAGED ? first.kind().wireName() : SCRUB_FINDING;
        String number = findings.size() == 1 ? "1 finding" : findings.size() + " findings";
        String message = number + " when it was quarantined, the first: " + first;
        return new QuarantineMarker(image.id(), image.name(), reason, message, now, findings.size(), lines);
    }
}
