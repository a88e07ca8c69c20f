// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.agent;

import io.quarkus.runtime.ShutdownDelayInitiatedEvent;
import io.quarkus.runtime.ShutdownEvent;
import io.scrubjay.fetch.Fetches;
import io.scrubjay.flow.Admission;
import io.scrubjay.gate.OpenChanges;
import io.scrubjay.image.ContentReaders;
import io.scrubjay.image.ImageDeletion;
import io.scrubjay.ingest.Ingests;
import io.scrubjay.scrub.Scrubber;
import io.scrubjay.session.Sessions;
import io.scrubjay.volume.Exports;
import io.scrubjay.volume.Snapshots;
import io.scrubjay.volume.VolumeImages;
import io.scrubjay.volume.VolumeJobs;
import io.scrubjay.volume.VolumeWrites;
import io.scrubjay.volume.Volumes;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;
import org.jboss.logging.Logger;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Stream;

/**
 * Ends all work on the pool while the engine is still open: the order in which beans are destroyed is not defined, and
 * an ingest cleans up through the engine.
 *
 * <p>There are two steps, both on the thread that ends the process. While the API still answers, running work may
 * finish; work that does not finish in time is refused. Then, when there are no more requests, everything is closed.
 */
@Singleton
final class OrderlyStop {
    private static final Logger LOG = Logger.getLogger(OrderlyStop.class);

    private final GracePeriod grace;
    private final OpenChanges changes;
    private final Ingests ingests;
    private final Sessions sessions;
    private final Fetches fetches;
    private final Scrubber scrubber;
    private final ContentReaders readers;
    private final List<Admission> uploadsAndWrites;
    private final VolumeWrites writes;
    private final VolumeJobs jobs;
    private final Snapshots snapshots;
    private final VolumeImages images;
    private final Volumes volumes;
    private final ImageDeletion deletion;
    private final Exports exports;

    OrderlyStop(
            GracePeriod grace,
            OpenChanges changes,
            Ingests ingests,
            Sessions sessions,
            Fetches fetches,
            Scrubber scrubber,
            ContentReaders readers,
            VolumeWrites writes,
            VolumeJobs jobs,
            Snapshots snapshots,
            VolumeImages images,
            Volumes volumes,
            ImageDeletion deletion,
            Exports exports) {
        this.grace = grace;
        this.changes = changes;
        this.ingests = ingests;
        this.sessions = sessions;
        this.fetches = fetches;
        this.scrubber = scrubber;
        this.readers = readers;
        this.uploadsAndWrites =
                List.of(ingests.admission(), sessions.admission(), images.admission(), writes.admission());
        this.writes = writes;
        this.jobs = jobs;
        this.snapshots = snapshots;
        this.images = images;
        this.volumes = volumes;
        this.deletion = deletion;
        this.exports = exports;
    }

    /** From here on the agent is not ready, and admits no new work. */
    void onSignal(@Observes ShutdownDelayInitiatedEvent signal) {
        grace.begin();
        uploadsAndWrites.forEach(Admission::refuse);
        readers.admission().refuse();
        // Its history takes a moment, its device may take longer: uploads do not wait for it.
        CompletableFuture<Void> scrubEnded = inBackground("scrubjay-stop-scrub", scrubber::close);
        CompletableFuture<Void> work = underWay();
        if (!work.isDone()) {
            LOG.infof(
                    "stopping: uploads, writes and jobs in progress have %d ms to finish",
                    grace.leftForWork().toMillis());
        }
        if (!endsWithin(work, grace.leftForWork())) {
            LOG.warnf(
                    "stopping: %d uploads, %d images made from volumes and %d writes to volumes did not finish in time"
                            + " and are refused with 'busy'; their clients have to send them again",
                    ingests.runningCount(), images.admission().takenCount(), writes.runningCount());
            CompletableFuture<Void> refused = underWay();
            uploadsAndWrites.forEach(Admission::stop);
            // Not for as long as there is: a request whose body never comes works on nothing, and what does is closed
            // next.
            endsWithin(refused, grace.leftForAnswers());
        }
        endsWithin(scrubEnded, grace.leftForAnswers());
        awaitDownloads();
    }

    /**
     * Waits for downloads. They change nothing and leave nothing behind, so they get the time that is left until
     * everything is closed.
     */
    private void awaitDownloads() {
        CompletableFuture<Void> downloads = readers.admission().ended();
        if (!downloads.isDone()) {
            LOG.infof(
                    "stopping: %d downloads have %d ms to finish",
                    readers.runningCount(), grace.leftForAnswers().toMillis());
        }
        if (!endsWithin(downloads, grace.leftForAnswers())) {
            LOG.warnf(
                    "stopping: %d downloads did not finish in time and are cut off; their clients have to request"
                            + " them again",
                    readers.runningCount());
        }
    }

    /** Completes when all work has ended and its clients have their responses. */
    private CompletableFuture<Void> underWay() {
        Stream<CompletableFuture<Void>> ended = uploadsAndWrites.stream().map(Admission::ended);
        return CompletableFuture.allOf(
                Stream.concat(Stream.of(changes.answered()), ended).toArray(CompletableFuture[]::new));
    }

    void onStop(@Observes ShutdownEvent stop) {
        grace.begin();
        if (!endsWithin(inBackground("scrubjay-stop", this::close), grace.leftForClosing())) {
            LOG.warn("stopping: an operation on the pool did not end in time and is cut off; the next start removes"
                    + " what it leaves, nothing has to be done");
        }
    }

    private void close() {
        ingests.close();
        sessions.close();
        fetches.close();
        readers.close();
        writes.close();
        jobs.close();
        snapshots.close();
        images.close();
        volumes.close();
        deletion.close();
        scrubber.close();
        exports.close();
    }

    private static CompletableFuture<Void> inBackground(String name, Runnable work) {
        return CompletableFuture.runAsync(work, task -> {
            Thread thread = new Thread(task, name);
            thread.setDaemon(true);
            thread.start();
        });
    }

    private static boolean endsWithin(CompletableFuture<Void> work, Duration patience) {
        try {
            work.get(patience.toNanos(), TimeUnit.NANOSECONDS);
            return true;
        } catch (TimeoutException late) {
            return false;
        } catch (ExecutionException bug) {
            LOG.error(
                    "stopping: a part of the agent could not be closed; the agent ends anyway, and the next start"
                            + " cleans up",
                    bug.getCause());
            return true;
        } catch (InterruptedException stop) {
            Thread.currentThread().interrupt();
            return false;
        }
    }
}
