// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.agent;

import io.quarkus.runtime.StartupEvent;
import io.scrubjay.engine.EngineException;
import io.scrubjay.image.Image;
import io.scrubjay.image.ImageCatalog;
import io.scrubjay.image.ImageState;
import io.scrubjay.manifest.ManifestDamaged;
import io.scrubjay.manifest.ManifestStore;
import jakarta.annotation.Priority;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;
import jakarta.interceptor.Interceptor;
import org.jboss.logging.Logger;

/**
 * Adds space for a quarantine marker to images and snapshots of older versions, at startup and as long as the pool is
 * not full. Confined to the thread that starts the agent.
 */
@Singleton
final class MarkerRooms {
    private static final Logger LOG = Logger.getLogger(MarkerRooms.class);
    /** After the catalog has been filled from the pool. */
    private static final int AFTER_RECONCILE = Interceptor.Priority.LIBRARY_BEFORE + 50;

    private final ManifestStore manifests;
    private final ImageCatalog catalog;

    MarkerRooms(ManifestStore manifests, ImageCatalog catalog) {
        this.manifests = manifests;
        this.catalog = catalog;
    }

    void onStart(@Observes @Priority(AFTER_RECONCILE) StartupEvent start) {
        for (Image image : catalog.committed()) {
            if (!(image.state() instanceof ImageState.Committed committed)
                    || committed.known().isEmpty()) {
                continue;
            }
            try {
                if (committed instanceof ImageState.Ready) {
                    manifests.keepRoomForMarker(image.id());
                } else {
                    manifests.keepMarkerTwice(image.id());
                }
            } catch (EngineException.DeviceStalled stalled) {
                LOG.warn("the pool is slow, so the agent stopped reserving room for quarantine markers of images"
                        + " that older versions stored; it goes on at the next start, nothing has to be done");
                return;
            } catch (EngineException | ManifestDamaged failed) {
                LOG.warnf(
                        "%s has no room for a quarantine marker: %s. Free some space and restart the agent; until"
                                + " then a "
                                + "quarantine of it may be forgotten at a restart while the pool is full",
                        image, failed.getMessage());
            }
        }
    }
}
