package io.scrubjay.agent;

import io.quarkus.runtime.StartupEvent;
import io.scrubjay.access.SecurityConfig;
import io.scrubjay.access.WatchedFile;
import io.vertx.core.Vertx;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;
import org.jboss.logging.Logger;

import java.io.UncheckedIOException;

/** Reads the files with secrets again, on a worker. What cannot be read or understood leaves everything as it was. */
@Singleton
final class SecretReload {
    private static final Logger LOG = Logger.getLogger(SecretReload.class);

    private final AccessWiring.SecretFiles files;
    private final SecurityConfig config;
    private final Vertx vertx;
    private boolean unreadable;

    SecretReload(AccessWiring.SecretFiles files, SecurityConfig config, Vertx vertx) {
        this.files = files;
        this.config = config;
        this.vertx = vertx;
    }

    void onStart(@Observes StartupEvent start) {
        if (!files.all().isEmpty()) {
            vertx.setPeriodic(config.reloadPeriod().toMillis(), now -> vertx.executeBlocking(this::lookAtAll));
        }
    }

    private Void lookAtAll() {
        boolean allReadable = true;
        for (WatchedFile<?> file : files.all()) {
            allReadable &= look(file);
        }
        unreadable = !allReadable;
        return null;
    }

    /** Whether it could be read. */
    private boolean look(WatchedFile<?> file) {
        try {
            if (file.look() == WatchedFile.Look.CHANGED) {
                LOG.infof("%s has changed; what it says now holds", file.path());
            }
        } catch (IllegalArgumentException wrong) {
            LOG.errorf("%s has changed, but %s; what it said before holds", file.path(), wrong.getMessage());
        } catch (UncheckedIOException failed) {
            if (!unreadable) {
                LOG.errorf(failed, "%s cannot be read; what it said before holds", file.path());
            }
            return false;
        }
        return true;
    }
}
