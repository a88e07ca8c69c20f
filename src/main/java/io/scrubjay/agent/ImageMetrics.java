package io.scrubjay.agent;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.binder.MeterBinder;
import io.scrubjay.image.ImageCatalog;
import io.scrubjay.image.ImageReaders;
import jakarta.inject.Singleton;

import java.util.List;

/** Images by state, and downloads. Stateless. */
@Singleton
final class ImageMetrics implements MeterBinder {
    private static final List<String> STATES =
            List.of("pending", "receiving", "sealing", "ready", "quarantined", "failed");

    private final ImageCatalog catalog;
    private final ImageReaders readers;

    ImageMetrics(ImageCatalog catalog, ImageReaders readers) {
        this.catalog = catalog;
        this.readers = readers;
    }

    @Override
    public void bindTo(MeterRegistry registry) {
        for (String state : STATES) {
            Gauge.builder("scrubjay.images", catalog, images -> count(images, state))
                    .tag("state", state)
                    .description("Images by state")
                    .register(registry);
        }
        Gauge.builder("scrubjay.downloads.running", readers, ImageReaders::runningCount)
                .description("Downloads under way")
                .register(registry);
        Gauge.builder("scrubjay.download.windows.in.use", readers, ImageReaders::windowsInUse)
                .description("Windows that hold bytes on their way out")
                .register(registry);
    }

    private static long count(ImageCatalog catalog, String state) {
        return catalog.list().stream()
                .filter(image -> image.state().wireName().equals(state))
                .count();
    }
}
