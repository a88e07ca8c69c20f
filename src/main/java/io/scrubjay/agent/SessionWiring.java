// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.agent;

import io.quarkus.runtime.StartupEvent;
import io.scrubjay.engine.StorageEngine;
import io.scrubjay.image.ImageCatalog;
import io.scrubjay.image.ImageConfig;
import io.scrubjay.ingest.Ingests;
import io.scrubjay.session.SessionConfig;
import io.scrubjay.session.SessionLimits;
import io.scrubjay.session.Sessions;
import jakarta.annotation.Priority;
import jakarta.enterprise.event.Observes;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;
import jakarta.interceptor.Interceptor;

import java.time.InstantSource;

/** Creates the object for resumable uploads. */
@Singleton
final class SessionWiring {
    /** After leftovers have been removed and the images are known. */
    private static final int AFTER_RECONCILE = Interceptor.Priority.LIBRARY_BEFORE + 60;

    @Produces
    @Singleton
    Sessions sessions(
            SessionConfig config,
            ImageConfig images,
            StorageEngine engine,
            Ingests ingests,
            ImageCatalog catalog,
            InstantSource clock) {
        SessionLimits limits =
                Settings.read("scrubjay.upload", () -> SessionLimits.of(config, images.maxVirtualSize()));
        return new Sessions(limits, engine, ingests, catalog, clock, System::nanoTime);
    }

    void onStart(@Observes @Priority(AFTER_RECONCILE) StartupEvent start, Sessions sessions) {
        sessions.restore();
        sessions.watch();
    }
}
