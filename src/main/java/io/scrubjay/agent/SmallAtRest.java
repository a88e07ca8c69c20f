// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.agent;

import io.quarkus.runtime.ImageMode;
import io.quarkus.runtime.StartupEvent;
import io.scrubjay.block.ProgramPages;
import io.vertx.core.Vertx;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;
import org.jboss.logging.Logger;

import java.io.IOException;
import java.time.Duration;

/**
 * Makes a native executable release those pages of its own file that only its start has needed, which are most of them.
 * Stateless.
 */
@Singleton
final class SmallAtRest {
    private static final Logger LOG = Logger.getLogger(SmallAtRest.class);
    /** By then, the first probes have been answered. */
    private static final Duration AFTER_START = Duration.ofSeconds(2);

    void onStart(@Observes StartupEvent start, Vertx vertx) {
        if (ImageMode.current() == ImageMode.NATIVE_RUN) {
            vertx.setTimer(AFTER_START.toMillis(), timer -> vertx.executeBlocking(SmallAtRest::giveBack));
        }
    }

    private static long giveBack() {
        try {
            long bytes = ProgramPages.giveBack();
            LOG.debugf("freed %d KiB of memory that only start-up needed", bytes >> 10);
            return bytes;
        } catch (IOException kept) {
            LOG.infof(
                    "memory that only start-up needed could not be freed: %s; the agent works, and uses a little"
                            + " more memory",
                    kept.getMessage());
            return 0;
        }
    }
}
