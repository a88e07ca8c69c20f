// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.scrub;

import io.scrubjay.block.ByteRange;
import io.scrubjay.engine.EngineException;
import io.scrubjay.engine.Unreadable;
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
 * What one scrub of one image has found. The first finding quarantines the image, at once; the scrub goes on. Damage to
 * chunks is written to the pool, so that it holds over restarts. What each start finds by itself is not: once it has been put
 * back, the next start serves the image again. What was only out of reach needs no start: {@link #release}.
 *
 * <p>Thread-safe: guarded by its own monitor, which is held while the quarantine marker is written, so that no finding
 * overtakes it.
 */
final class ImageFindings {
    /** The reason code of a quarantine because of chunks. */
    static final String SCRUB_FINDING = "scrub-finding";
    /** The reason code of a quarantine because the bytes are missing as a whole. A start gives the same. */
    static final String SNAPSHOT_LOST = "snapshot-lost";
    /** The reason code of a quarantine because bytes are missing at the end. A start gives the same. */
    static final String UNREADABLE = "unreadable";

    private static final Logger LOG = Logger.getLogger(ImageFindings.class);

    private final Image image;
    private final ScrubRun run;
    private final ManifestStore manifests;
    private final ScrubTotals totals;
    private final ScrubHistory history;
    private final InstantSource clock;

    private long count;
    private boolean marked;
    private Optional<QuarantineMarker> unwritten = Optional.empty();

    ImageFindings(Image image, ScrubRun run, ScrubTools tools) {
        this.image = image;
        this.run = run;
        this.manifests = tools.manifests();
        this.totals = tools.totals();
        this.history = tools.history();
        this.clock = tools.clock();
    }

    /** Adds confirmed findings in chunks that are there; blocks for the device when they are the first. */
    synchronized void add(List<Finding> findings) {
        if (findings.isEmpty()) {
            return;
        }
        if (!marked) {
            marked = true;
            QuarantineMarker marker = marker(findings);
            // ORDER: the marker first, so that nobody can have seen a quarantine that a crash would take back.
            write(marker);
            damaged(marker.reason(), marker.message(), marker.at());
        }
        count(findings);
    }

    /**
     * Adds findings in chunks that are lost because the pool has no volume of these bytes. Each start finds that by itself, so
     * no marker is written.
     */
    synchronized void addMissing(List<Finding> findings) {
        if (findings.isEmpty()) {
            return;
        }
        outOfReach(
                SNAPSHOT_LOST,
                image.id() + ": its bytes are missing from the pool, so every chunk is lost. Restore them");
        count(findings);
    }

    /**
     * Adds findings in chunks that the volume does not give. When somebody has cut off its end, each start finds that by
     * itself, so no marker is written; otherwise as {@link #add}.
     */
    synchronized void addGone(List<Finding> findings, VolumeEnd end) {
        if (findings.isEmpty()) {
            return;
        }
        if (!end.isCutOff()) {
            add(findings);
            return;
        }
        outOfReach(
                UNREADABLE,
                image.id()
                        + ": the end of its bytes was cut off, first noticed at "
                        + findings.get(0)
                        + ". Restore the bytes");
        count(findings);
    }

    /** Adds that what is behind the image is not zeroes; as {@link #add}. */
    synchronized void addPadding(ByteRange range) {
        add(List.of(Finding.ofPadding(image.key(), range)));
    }

    /**
     * Adds that the manifest is damaged, cannot be read, or is missing. Each start finds that by itself, so no marker is written.
     *
     * @param why what its last reading failed with
     */
    synchronized void addManifest(Finding finding, RuntimeException why) {
        Optional<Unreadable> unreadable = manifests.unreadable(image.id(), why);
        unreadable.ifPresent(image::cannotRead);
        String message = image.id()
                + ": its manifest is missing or cannot be read: "
                + unreadable.map(Unreadable::toString).orElse(why.getMessage())
                + ". Put it back";
        if (finding.kind() == FindingKind.MANIFEST_DAMAGED) {
            damaged(finding.kind().wireName(), message + " and restart the agent", clock.instant());
        } else {
            outOfReach(finding.kind().wireName(), message);
        }
        count(List.of(finding));
    }

    private void count(List<Finding> findings) {
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

    private void damaged(String reason, String message, Instant at) {
        if (image.state() instanceof ImageState.Ready) {
            image.move(ImageState.Ready.class, ready -> ready.quarantined(reason, message, at));
            tell(message, at);
        } else if (isOutOfReach()) {
            // Whatever was out of reach comes back: this stays.
            image.move(ImageState.Quarantined.class, before -> before.damaged(reason, message));
            tell(message, at);
        }
    }

    /** No start needs to look: the agent does itself, and sees all bytes, which a start does not. */
    private void outOfReach(String reason, String what) {
        if (image.state() instanceof ImageState.Ready) {
            Instant at = clock.instant();
            String message = what + "; the agent checks again by itself, and serves the image once all of it is intact";
            image.move(ImageState.Ready.class, ready -> ready.outOfReach(reason, message, at));
            tell(message, at);
        }
    }

    private void tell(String message, Instant at) {
        LogEvent.IMAGE_QUARANTINED.warn(LOG, "%s is quarantined: %s", image, message);
        history.note(new ScrubEvent(at, "quarantined", Optional.of(image.name()), message));
    }

    private boolean isOutOfReach() {
        return image.state() instanceof ImageState.Quarantined quarantined && quarantined.endsWhenFoundIntact();
    }

    /** Puts an image back into service that was out of reach, after a deep scrub that has found all of it intact. */
    synchronized void release() {
        if (!isIntact()) {
            throw new IllegalStateException(image + " is not intact");
        }
        if (isOutOfReach()) {
            image.canRead();
            image.move(ImageState.Quarantined.class, ImageState.Quarantined::foundIntact);
            String message = image + " is served again: a scrub has read all of it, and it is intact";
            LogEvent.IMAGE_RELEASED.info(LOG, "%s", message);
            history.note(new ScrubEvent(clock.instant(), "released", Optional.of(image.name()), message));
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
            LOG.errorf(
                    failure,
                    "the quarantine of %s could not be written to the pool; it is in force until the agent"
                            + " restarts. Free space or repair the pool's device, then order a deep scrub of it",
                    image);
        }
    }

    private QuarantineMarker marker(List<Finding> findings) {
        List<FindingLine> lines = findings.stream()
                .map(Finding::line)
                .flatMap(Optional::stream)
                .limit(QuarantineMarker.FINDINGS_MAX)
                .toList();
        return new QuarantineMarker(
                image.id(), image.name(), SCRUB_FINDING, message(findings), clock.instant(), findings.size(), lines);
    }

    private static String message(List<Finding> findings) {
        String number = findings.size() == 1 ? "1 finding" : findings.size() + " findings";
        return number + " when it was quarantined, the first: " + findings.get(0);
    }
}
