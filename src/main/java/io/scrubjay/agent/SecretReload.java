// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.agent;

import io.quarkus.runtime.StartupEvent;
import io.scrubjay.access.SecurityConfig;
import io.scrubjay.access.WatchedFile;
import io.vertx.core.Vertx;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;
import org.jboss.logging.Logger;

import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** Reads the files with secrets again, on a worker. A file that cannot be read or is invalid changes nothing. */
@Singleton
final class SecretReload {
    private static final Logger LOG = Logger.getLogger(SecretReload.class);

    private final AccessWiring.SecretFiles files;
    private final SecurityConfig config;
    private final Vertx vertx;
    /** The files that could not be read at the last look, which is logged only once; looks run one after the other. */
    private final Set<Path> unreadable = ConcurrentHashMap.newKeySet();

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
        files.all().forEach(this::look);
        return null;
    }

    private void look(WatchedFile<?> file) {
        try {
            if (file.look() == WatchedFile.Look.CHANGED) {
                LOG.infof("reloaded %s, which has changed", file.path());
            }
            unreadable.remove(file.path());
        } catch (IllegalArgumentException wrong) {
            unreadable.remove(file.path());
            LOG.errorf(
                    "%s has changed, but %s; its earlier contents stay in force until it is corrected",
                    file.path(), wrong.getMessage());
        } catch (UncheckedIOException failed) {
            if (unreadable.add(file.path())) {
                LOG.errorf(
                        "%s cannot be read (%s); its earlier contents stay in force until it can be read again",
                        file.path(), failed.getCause());
            }
        }
    }
}
