// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.scrub;

import java.time.Duration;
import java.util.Objects;
import java.util.Optional;

/**
 * How far a run is.
 *
 * @param imagesTotal images it is to scrub; 0 before it starts
 * @param imagesDone images that were scrubbed to their end
 * @param imagesSkipped images that it gave up because somebody wanted to delete them
 * @param bytesTotal bytes it must read: the stored chunks of its images, without holes
 * @param bytesRead bytes it has read; re-reads are not counted
 * @param transients chunks that differed once and were right when they were read again
 * @param active how long it has been running, without pauses
 */
public record RunProgress(
        int imagesTotal,
        int imagesDone,
        int imagesSkipped,
        long bytesTotal,
        long bytesRead,
        long transients,
        Duration active) {
    static final RunProgress NOTHING = new RunProgress(0, 0, 0, 0, 0, 0, Duration.ZERO);

    private static final double NANOS_PER_SECOND = 1e9;

    public RunProgress {
        Objects.requireNonNull(active);
        if (imagesTotal < 0 || imagesDone < 0 || imagesSkipped < 0) {
            throw new IllegalArgumentException("negative number of images");
        }
        if (bytesTotal < 0 || bytesRead < 0 || transients < 0 || active.isNegative()) {
            throw new IllegalArgumentException("negative progress");
        }
    }

    /** Bytes read per second of running, 0 as long as this is unknown. */
    public long bytesPerSecond() {
        return active.isZero() ? 0 : Math.round(bytesRead * NANOS_PER_SECOND / active.toNanos());
    }

    /** How long the rest will take at this rate; empty while there is no rate. */
    public Optional<Duration> remaining() {
        long rate = bytesPerSecond();
        return rate == 0 ? Optional.empty() : Optional.of(Duration.ofSeconds(-Math.floorDiv(-bytesLeft(), rate)));
    }

    private long bytesLeft() {
        return Math.max(0, bytesTotal - bytesRead);
    }

    RunProgress planned(int images, long bytes) {
        return new RunProgress(images, imagesDone, imagesSkipped, bytes, bytesRead, transients, active);
    }

    RunProgress read(long bytes) {
        return new RunProgress(
                imagesTotal, imagesDone, imagesSkipped, bytesTotal, bytesRead + bytes, transients, active);
    }

    RunProgress transientMismatch() {
        return new RunProgress(imagesTotal, imagesDone, imagesSkipped, bytesTotal, bytesRead, transients + 1, active);
    }

    RunProgress imageDone() {
        return new RunProgress(imagesTotal, imagesDone + 1, imagesSkipped, bytesTotal, bytesRead, transients, active);
    }

    /** The progress after one image was skipped, of which this many bytes had still to be read. */
    RunProgress imageSkipped(long bytes) {
        return new RunProgress(
                imagesTotal, imagesDone, imagesSkipped + 1, bytesTotal - bytes, bytesRead, transients, active);
    }

    RunProgress after(Duration more) {
        return new RunProgress(
                imagesTotal, imagesDone, imagesSkipped, bytesTotal, bytesRead, transients, active.plus(more));
    }
}
