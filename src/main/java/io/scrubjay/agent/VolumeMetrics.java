package io.scrubjay.agent;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.binder.MeterBinder;
import io.scrubjay.image.ImageCatalog;
import io.scrubjay.image.ImageKind;
import io.scrubjay.volume.VolumeWrites;
import io.scrubjay.volume.Volumes;
import jakarta.inject.Singleton;

/** Volumes, snapshots of them, and writes. Stateless. */
@Singleton
final class VolumeMetrics implements MeterBinder {
    private final Volumes volumes;
    private final ImageCatalog images;
    private final VolumeWrites writes;

    VolumeMetrics(Volumes volumes, ImageCatalog images, VolumeWrites writes) {
        this.volumes = volumes;
        this.images = images;
        this.writes = writes;
    }

    @Override
    public void bindTo(MeterRegistry registry) {
        Gauge.builder("scrubjay.volumes", volumes, Volumes::count)
                .description("Volumes")
                .register(registry);
        Gauge.builder(
                        "scrubjay.snapshots",
                        images,
                        catalog -> catalog.list(ImageKind.SNAPSHOT).size())
                .description("Snapshots of volumes")
                .register(registry);
        Gauge.builder("scrubjay.volume.writes.running", writes, VolumeWrites::runningCount)
                .description("Writes to volumes under way")
                .register(registry);
        Gauge.builder("scrubjay.volume.windows.in.use", writes, VolumeWrites::windowsInUse)
                .description("Windows that hold bytes on their way into volumes")
                .register(registry);
    }
}
