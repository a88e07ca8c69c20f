package io.scrubjay.agent;

import io.quarkus.runtime.ShutdownEvent;
import io.scrubjay.image.ImageReaders;
import io.scrubjay.ingest.Ingests;
import io.scrubjay.scrub.Scrubber;
import io.scrubjay.volume.Exports;
import io.scrubjay.volume.Snapshots;
import io.scrubjay.volume.VolumeJobs;
import io.scrubjay.volume.VolumeWrites;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;

/**
 * Ends what works on the pool while there is still an engine: beans are destroyed in no order that could be relied on,
 * and an ingest cleans up through the engine.
 */
@Singleton
final class OrderlyStop {
    private final Ingests ingests;
    private final Scrubber scrubber;
    private final ImageReaders readers;
    private final VolumeWrites writes;
    private final VolumeJobs jobs;
    private final Snapshots snapshots;
    private final Exports exports;

    OrderlyStop(
            Ingests ingests,
            Scrubber scrubber,
            ImageReaders readers,
            VolumeWrites writes,
            VolumeJobs jobs,
            Snapshots snapshots,
            Exports exports) {
        this.ingests = ingests;
        this.scrubber = scrubber;
        this.readers = readers;
        this.writes = writes;
        this.jobs = jobs;
        this.snapshots = snapshots;
        this.exports = exports;
    }

    void onStop(@Observes ShutdownEvent stop) {
        ingests.close();
        readers.close();
        writes.close();
        jobs.close();
        snapshots.close();
        scrubber.close();
        exports.close();
    }
}
