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
 * The findings of one scrub of one image. The first finding quarantines the image at once; the scrub goes on. For
 * damaged chunks, a marker is written to the pool, so that the quarantine survives restarts. For anything that each
 * start finds by itself, no marker is written: once it is repaired, the next start serves the image again. An image
 * that was only missing or unreadable in part does not need a restart: {@link #release}.
 *
 * <p>Thread-safe: guarded by its own monitor, which is held while the quarantine marker is written, so that no finding
 * overtakes it.
 */
final class ImageFindings {
    /** The reason code of a quarantine because of damaged chunks. */
    static final String SCRUB_FINDING = "scrub-finding";
    /** The reason code of a quarantine because all bytes are missing. A start uses the same code. */
    static final String SNAPSHOT_LOST = "snapshot-lost";
    /** The reason code of a quarantine because bytes are missing at the end. A start uses the same code. */
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

    /** Adds confirmed findings in chunks that are present; blocks for the device when they are the first findings. */
    synchronized void add(List<Finding> findings) {
        if (findings.isEmpty()) {
            return;
        }
        if (!marked) {
            marked = true;
            QuarantineMarker marker = marker(findings);
            // ORDER: the marker first, so that nobody can see a quarantine that a crash would undo.
            write(marker);
            damaged(marker.reason(), marker.message(), marker.at());
        }
        count(findings);
    }

    /**
     * Adds findings in chunks that are lost because the pool has no volume with these bytes. Each start finds that by
     * itself, so no marker is written.
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
     * Adds findings in chunks that cannot be read from the volume. When somebody has truncated the volume, each start
     * finds that by itself, so no marker is written; otherwise like {@link #add}.
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

    /** Adds the finding that the padding is not zeroes; like {@link #add}. */
    synchronized void addPadding(ByteRange range) {
        add(List.of(Finding.ofPadding(image.key(), range)));
    }

    /**
     * Adds the finding that the manifest is damaged, cannot be read, or is missing. Each start finds that by itself, so
     * no marker is written.
     *
     * @param why the failure of its last reading
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
     * Tries again to write a marker that could not be written.
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
            // Missing or unreadable bytes may come back, but this damage stays.
            image.move(ImageState.Quarantined.class, before -> before.damaged(reason, message));
            tell(message, at);
        }
    }

    /**
     * Quarantines an image that is missing or unreadable in part. This ends without a restart: the agent checks the
     * image again itself, and reads all bytes, which a start does not.
     */
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

    /**
     * Ends the quarantine of an image that was missing or unreadable in part, after a deep scrub has found all of it
     * intact.
     */
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

    /** Writes a marker. If that fails, the damaged image is quarantined nevertheless. */
    private void write(QuarantineMarker marker) {
        try {
            manifests.quarantine(marker);
            unwritten = Optional.empty();
        } catch (EngineException.VolumeNotFound withoutManifest) {
            // A marker exists only together with a manifest. Without a manifest no start serves the image, with or
            // without a marker.
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
