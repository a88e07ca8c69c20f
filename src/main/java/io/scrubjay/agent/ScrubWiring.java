// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.agent;

import io.agroal.api.AgroalDataSource;
import io.agroal.api.AgroalDataSource.FlushMode;
import io.quarkus.runtime.StartupEvent;
import io.scrubjay.engine.StorageEngine;
import io.scrubjay.image.ImageCatalog;
import io.scrubjay.manifest.ManifestStore;
import io.scrubjay.scrub.CronSchedule;
import io.scrubjay.scrub.ScrubConfig;
import io.scrubjay.scrub.ScrubHistory;
import io.scrubjay.scrub.ScrubLimits;
import io.scrubjay.scrub.Scrubber;
import io.scrubjay.scrub.StateConfig;
import io.scrubjay.scrub.StateDatabase;
import jakarta.annotation.Priority;
import jakarta.enterprise.event.Observes;
import jakarta.enterprise.inject.Disposes;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;
import jakarta.interceptor.Interceptor;
import org.flywaydb.core.Flyway;

import java.time.InstantSource;
import java.util.Random;

/** Creates the objects for scrubs, one of each. */
@Singleton
final class ScrubWiring {
    /** After the catalog has been filled from the pool: runs are restored onto its images. */
    private static final int AFTER_RECONCILE = Interceptor.Priority.LIBRARY_BEFORE + 100;

    /**
     * Flyway migrates when it is called, not when the data source starts: before that, the directory must be created,
     * and a damaged database moved aside.
     */
    @Produces
    @Singleton
    ScrubHistory history(
            SafeStart mayStart, StateConfig state, AgroalDataSource source, Flyway flyway, InstantSource clock) {
        SqliteLibrary.takeFromBeside();
        StateDatabase.Schema schema = new StateDatabase.Schema() {
            @Override
            public void migrate() {
                flyway.migrate();
            }

            @Override
            public void disconnect() {
                source.flush(FlushMode.ALL);
            }
        };
        return new StateDatabase(state.path(), source, schema, clock).open();
    }

    @Produces
    @Singleton
    Scrubber scrubber(
            ScrubConfig config,
            StorageEngine engine,
            ManifestStore manifests,
            ImageCatalog catalog,
            ScrubHistory history,
            InstantSource clock) {
        ScrubLimits limits = Settings.read("scrubjay.scrub", () -> ScrubLimits.of(config));
        return new Scrubber(limits, engine, manifests, catalog, history, clock, System::nanoTime);
    }

    @Produces
    @Singleton
    CronSchedule schedule(ScrubConfig config, Scrubber scrubber, InstantSource clock) {
        return Settings.read(
                "scrubjay.scrub", () -> new CronSchedule(config, scrubber, clock, System::nanoTime, new Random()));
    }

    void close(@Disposes CronSchedule schedule) {
        schedule.close();
    }

    void onStart(@Observes @Priority(AFTER_RECONCILE) StartupEvent start, Scrubber scrubber, CronSchedule schedule) {
        scrubber.start();
        Settings.read("scrubjay.scrub", () -> {
            schedule.start();
            return schedule;
        });
    }
}
