// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.image;

import io.scrubjay.engine.EngineException;
import io.scrubjay.engine.Settling;
import io.scrubjay.engine.StorageEngine;
import io.scrubjay.engine.Unreadable;
import io.scrubjay.manifest.ManifestStore;
import io.scrubjay.refusal.Refusal;
import io.scrubjay.refusal.RefusedException;
import org.jboss.logging.Logger;

import java.time.Duration;
import java.util.List;
import java.util.stream.Collectors;

/**
 * Deletes committed images and snapshots. The image no longer exists from the moment its manifest is renamed; after a
 * crash, the next start removes the remains.
 *
 * <p>Immutable and thread-safe; blocks for the device and for readers to end, so it is for workers.
 */
public final class ImageDeletion implements AutoCloseable {
    private static final Logger LOG = Logger.getLogger(ImageDeletion.class);

    private final StorageEngine engine;
    private final ManifestStore manifests;
    private final ImageCatalog catalog;
    private final Dependents dependents;
    private final Duration patience;
    private final Settling settling = new Settling();

    /**
     * @param dependents finds the volumes and snapshots that prevent an image from being deleted
     * @param patience how long it waits for readers to end
     */
    public ImageDeletion(
            StorageEngine engine,
            ManifestStore manifests,
            ImageCatalog catalog,
            Dependents dependents,
            Duration patience) {
        this.engine = engine;
        this.manifests = manifests;
        this.catalog = catalog;
        this.dependents = dependents;
        this.patience = patience;
    }

    /**
     * Deletes a committed image. When this returns, the deletion is durable and the name is free.
     *
     * @throws RefusedException {@code image-in-use} when clones depend on it, somebody keeps reading it or it is
     *     already being deleted, {@code unreadable}; in these cases the image is unchanged. {@code device-failed}: it
     *     may be deleted, and is not used until that is known
     * @throws IllegalStateException when it is not committed
     */
    public void delete(Image image) throws InterruptedException {
        if (!(image.state() instanceof ImageState.Committed)) {
            throw new IllegalStateException(image + " is not committed");
        }
        if (!image.retire(patience)) {
            throw inUse(image, "clients are reading it, or another request is deleting it; try again later", List.of());
        }
        try {
            // While it is unknown where its bytes are, it is also unknown what depends on them.
            Unreadable.requireTold(engine, image.volume());
            requireNoClones(image);
        } catch (EngineException failure) {
            image.unretire();
            throw RefusedException.because(failure);
        } catch (RuntimeException | Error refused) {
            image.unretire();
            throw refused;
        }
        try {
            manifests.delete(image.id());
        } catch (EngineException.DeviceStalled unknown) {
            // The deletion may still happen. Nobody may begin to read the image before it is known whether it still
            // exists.
            settling.settleLater("the deletion of " + image, () -> findOut(image));
            throw RefusedException.because(unknown);
        } catch (EngineException.VolumeUnreadable notBegun) {
            image.unretire();
            throw RefusedException.because(notBegun);
        } catch (EngineException.DeviceFailed unknown) {
            // The deletion may have happened nevertheless, and a failing device may not be able to tell at once.
            settling.settle("the deletion of " + image, () -> findOut(image));
            throw RefusedException.because(unknown);
        } catch (EngineException failure) {
            image.unretire();
            throw RefusedException.because(failure);
        } catch (RuntimeException | Error bug) {
            // It is not known how far the deletion came.
            settling.settle("the deletion of " + image, () -> findOut(image));
            throw bug;
        }
        gone(image);
    }

    /** Finds out the result of a deletion that the device did not complete in time, or that failed. */
    private void findOut(Image image) {
        if (manifests.isCommitted(image.id())) {
            image.unretire();
            return;
        }
        try {
            // Its record may have been missing before. In that case only this note says that it is deleted.
            manifests.delete(image.id());
        } catch (EngineException.VolumeNotFound nothingLeft) {
            LOG.debugf("%s is gone from the pool", image);
        }
        gone(image);
    }

    private void gone(Image image) {
        removeRest(image);
        catalog.remove(image);
        LogEvent.IMAGE_DELETED.info(LOG, "%s is deleted", image);
    }

    private void requireNoClones(Image image) {
        List<Dependents.Dependent> clones = dependents.of(image);
        if (!clones.isEmpty()) {
            throw inUse(
                    image,
                    "delete these first, which depend on it: "
                            + clones.stream()
                                    .map(Dependents.Dependent::toString)
                                    .collect(Collectors.joining(", ")),
                    clones.stream().map(Dependents.Dependent::name).toList());
        }
    }

    // ORDER: the image has ceased to exist. Nothing below can bring it back, so a failure below is not reported to the
    // client: it only costs space until the rest is removed.
    private void removeRest(Image image) {
        settling.settle("the removal of what is left of " + image, () -> manifests.removeRest(image.id()));
    }

    private static RefusedException inUse(Image image, String why, List<String> children) {
        return new RefusedException(Refusal.IMAGE_IN_USE, image + " is in use: " + why, children);
    }

    /** Leaves remains of deleted images to the next start. */
    @Override
    public void close() {
        settling.close();
    }
}
