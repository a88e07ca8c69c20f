// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.agent;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.binder.MeterBinder;
import io.scrubjay.api.image.ImageEvents;
import io.scrubjay.image.ContentReaders;
import io.scrubjay.image.ImageCatalog;
import io.scrubjay.image.ImageKind;
import jakarta.inject.Singleton;

import java.util.List;

/** Metrics of images and snapshots by state, of downloads, and of watching clients. Stateless. */
@Singleton
final class ImageMetrics implements MeterBinder {
    private static final List<String> STATES =
            List.of("pending", "receiving", "sealing", "ready", "quarantined", "failed");

    private static final List<String> SNAPSHOT_STATES = List.of("pending", "ready", "quarantined");

    private final ImageCatalog catalog;
    private final ContentReaders readers;
    private final ImageEvents events;

    ImageMetrics(ImageCatalog catalog, ContentReaders readers, ImageEvents events) {
        this.catalog = catalog;
        this.readers = readers;
        this.events = events;
    }

    @Override
    public void bindTo(MeterRegistry registry) {
        for (String state : STATES) {
            Gauge.builder("scrubjay.images", catalog, images -> count(images, ImageKind.IMAGE, state))
                    .tag("state", state)
                    .description("Images in the pool, by state")
                    .register(registry);
        }
        for (String state : SNAPSHOT_STATES) {
            Gauge.builder("scrubjay.snapshots", catalog, images -> count(images, ImageKind.SNAPSHOT, state))
                    .tag("state", state)
                    .description("Snapshots of volumes in the pool, by state")
                    .register(registry);
        }
        Gauge.builder("scrubjay.downloads.running", readers, ContentReaders::runningCount)
                .description("Downloads in progress")
                .register(registry);
        Gauge.builder("scrubjay.download.windows.in.use", readers, ContentReaders::windowsInUse)
                .description("Memory windows in use by downloads")
                .register(registry);
        Gauge.builder("scrubjay.event.streams.running", events, ImageEvents::watchingCount)
                .description("Clients connected to an image's event stream")
                .register(registry);
    }

    private static long count(ImageCatalog catalog, ImageKind kind, String state) {
        return catalog.list(kind).stream()
                .filter(image -> image.state().wireName().equals(state))
                .count();
    }
}
