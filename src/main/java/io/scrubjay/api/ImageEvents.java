// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.api;

import io.scrubjay.image.Image;
import io.scrubjay.image.ImageCatalog;
import io.scrubjay.image.Refusal;
import io.scrubjay.image.RefusedException;
import io.smallrye.mutiny.Multi;
import jakarta.inject.Singleton;
import jakarta.ws.rs.sse.OutboundSseEvent;
import jakarta.ws.rs.sse.Sse;

import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.Semaphore;

/**
 * Streams of an image's changes. A tick for each subscriber compares two numbers, so an image knows nothing of who
 * watches it, and a slow subscriber misses steps, never the last one.
 *
 * <p>Thread-safe.
 */
@Singleton
class ImageEvents {
    /** At most so often, which makes five a second. */
    private static final Duration TICK = Duration.ofMillis(200);
    /** The shortest delay there is; none is not allowed. */
    private static final Duration AT_ONCE = Duration.ofNanos(1);
    /** Ticks between two signs of life: some proxy would take silence for death. */
    private static final int HEARTBEAT_TICKS = 75;

    private static final int SUBSCRIBERS_MAX = 256;

    private final ImageCatalog catalog;
    private final Semaphore places = new Semaphore(SUBSCRIBERS_MAX);

    ImageEvents(ImageCatalog catalog) {
        this.catalog = catalog;
    }

    /**
     * The image as it is, at once, and after each change, until it is ready, has failed or is deleted.
     *
     * @throws RefusedException {@code busy} when as many are watching as may
     */
    Multi<OutboundSseEvent> of(Image image, Sse sse) {
        if (!places.tryAcquire()) {
            throw new RefusedException(Refusal.BUSY, "as many are watching images as may");
        }
        ImageWatch watch = new ImageWatch(image, catalog);
        return Multi.createFrom()
                .ticks()
                .startingAfter(AT_ONCE)
                .every(TICK)
                .onOverflow()
                .drop()
                .select()
                .first(tick -> !watch.isOver())
                .map(tick -> event(watch, tick, sse))
                .select()
                .where(Optional::isPresent)
                .map(Optional::get)
                .onTermination()
                .invoke(places::release);
    }

    private static Optional<OutboundSseEvent> event(ImageWatch watch, long tick, Sse sse) {
        Optional<ImageView> view = watch.look();
        if (view.isPresent()) {
            return Optional.of(
                    sse.newEventBuilder().data(ImageView.class, view.get()).build());
        }
        return tick % HEARTBEAT_TICKS == 0
                ? Optional.of(sse.newEventBuilder().comment("still here").build())
                : Optional.empty();
    }
}
