// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.agent;

import io.scrubjay.engine.StorageEngine;
import io.scrubjay.fetch.Fetches;
import io.scrubjay.fetch.UrlConfig;
import io.scrubjay.image.ImageCatalog;
import io.scrubjay.image.ImageConfig;
import io.scrubjay.ingest.IngestConfig;
import io.scrubjay.ingest.IngestLimits;
import io.scrubjay.ingest.Ingests;
import io.scrubjay.manifest.ManifestStore;
import io.vertx.core.Vertx;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;

import java.time.Clock;
import java.time.InstantSource;
import java.time.ZoneOffset;

/** Creates the objects for ingests, one of each. */
@Singleton
final class ImageWiring {
    /** In milliseconds, like in manifests, so that the times of an image are the same before and after a restart. */
    @Produces
    @Singleton
    InstantSource clock() {
        return Clock.tickMillis(ZoneOffset.UTC);
    }

    @Produces
    @Singleton
    ManifestStore manifests(StorageEngine engine) {
        return new ManifestStore(engine);
    }

    @Produces
    @Singleton
    ImageCatalog catalog() {
        return new ImageCatalog();
    }

    @Produces
    @Singleton
    Ingests ingests(
            IngestConfig config,
            ImageConfig images,
            StorageEngine engine,
            ManifestStore manifests,
            ImageCatalog catalog,
            InstantSource clock,
            MeasuredIngests observer) {
        ZstdLibrary.takeFromBeside();
        IngestLimits limits = Settings.read(
                "scrubjay.ingest",
                () -> IngestLimits.of(config, engine.traits().clusterSize(), images.maxVirtualSize()));
        return new Ingests(limits, engine, manifests, catalog, clock, System::nanoTime, observer);
    }

    @Produces
    @Singleton
    Fetches fetches(UrlConfig config, Ingests ingests, Vertx vertx) {
        return Settings.read("scrubjay.url", () -> Fetches.of(config, ingests, vertx));
    }
}
