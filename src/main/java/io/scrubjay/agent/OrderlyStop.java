package io.scrubjay.agent;

import io.quarkus.runtime.ShutdownEvent;
import io.scrubjay.image.ImageReaders;
import io.scrubjay.ingest.Ingests;
import io.scrubjay.scrub.Scrubber;
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

    OrderlyStop(Ingests ingests, Scrubber scrubber, ImageReaders readers) {
        this.ingests = ingests;
        this.scrubber = scrubber;
        this.readers = readers;
    }

    void onStop(@Observes ShutdownEvent stop) {
        ingests.close();
        readers.close();
        scrubber.close();
    }
}
