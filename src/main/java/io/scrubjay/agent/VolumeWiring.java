// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.agent;

import io.quarkus.runtime.StartupEvent;
import io.scrubjay.engine.StorageEngine;
import io.scrubjay.image.CommittedManifests;
import io.scrubjay.image.ContentReaders;
import io.scrubjay.image.ImageCatalog;
import io.scrubjay.image.ImageConfig;
import io.scrubjay.manifest.ManifestStore;
import io.scrubjay.volume.Exports;
import io.scrubjay.volume.Snapshots;
import io.scrubjay.volume.UnreadableNow;
import io.scrubjay.volume.VolumeConfig;
import io.scrubjay.volume.VolumeImages;
import io.scrubjay.volume.VolumeJobs;
import io.scrubjay.volume.VolumeLimits;
import io.scrubjay.volume.VolumeReads;
import io.scrubjay.volume.VolumeWrites;
import io.scrubjay.volume.Volumes;
import jakarta.annotation.Priority;
import jakarta.enterprise.event.Observes;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;
import jakarta.interceptor.Interceptor;

import java.time.Duration;
import java.time.InstantSource;

/** Creates the objects for volumes, one of each. */
@Singleton
final class VolumeWiring {
    /** After leftovers have been removed and the images are known, before scrubs begin. */
    private static final int AFTER_RECONCILE = Interceptor.Priority.LIBRARY_BEFORE + 50;
    /** How long a deletion waits for the users of a volume. */
    private static final Duration DELETE_PATIENCE = Duration.ofSeconds(5);

    @Produces
    @Singleton
    VolumeLimits limits(VolumeConfig config, ImageConfig images) {
        return Settings.read(
                "scrubjay.volume", () -> VolumeLimits.of(config, images.maxVirtualSize(), DELETE_PATIENCE));
    }

    @Produces
    @Singleton
    Volumes volumes(StorageEngine engine, ImageCatalog images, VolumeLimits limits, InstantSource clock) {
        return new Volumes(engine, images, limits, clock);
    }

    @Produces
    @Singleton
    VolumeWrites writes(StorageEngine engine, VolumeLimits limits) {
        return new VolumeWrites(engine, limits);
    }

    @Produces
    @Singleton
    VolumeReads reads(StorageEngine engine, ContentReaders readers) {
        return new VolumeReads(engine, readers);
    }

    @Produces
    @Singleton
    Snapshots snapshots(
            StorageEngine engine,
            ManifestStore manifests,
            CommittedManifests committed,
            ImageCatalog images,
            InstantSource clock) {
        return new Snapshots(engine, manifests, committed, images, clock);
    }

    @Produces
    @Singleton
    VolumeImages volumeImages(
            StorageEngine engine,
            ManifestStore manifests,
            CommittedManifests committed,
            ImageCatalog images,
            InstantSource clock) {
        return new VolumeImages(engine, manifests, committed, images, clock);
    }

    @Produces
    @Singleton
    UnreadableNow unreadable(StorageEngine engine, ManifestStore manifests, ImageCatalog images, Volumes volumes) {
        return new UnreadableNow(engine, manifests, images, volumes);
    }

    @Produces
    @Singleton
    VolumeJobs jobs(StorageEngine engine, InstantSource clock) {
        return new VolumeJobs(engine, clock);
    }

    @Produces
    @Singleton
    Exports exports(StorageEngine engine) {
        return new Exports(engine);
    }

    void onStart(@Observes @Priority(AFTER_RECONCILE) StartupEvent start, Volumes volumes) {
        volumes.restore();
    }
}
