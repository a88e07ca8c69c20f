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
 * Deletes committed images and snapshots. The image is gone from the moment its manifest has another name; what a crash
 * leaves of the rest the next start removes.
 *
 * <p>Immutable and thread-safe; blocks for the device, and for readers to let go, so it is for workers.
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
     * @param dependents says who keeps an image from being deleted
     * @param patience how long readers get to let go
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
     * Deletes a committed image. Durable when it returns; its name is free.
     *
     * @throws RefusedException {@code image-in-use} when clones depend on it, somebody goes on reading it or it is being
     *     deleted already, {@code unreadable}; the image stays as it was. {@code device-failed}: it may be gone, and is not used until
     *     that is known
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
            // While nobody can tell what its bytes are, nobody can tell who depends on them either.
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
            // It may happen yet. Nobody begins to read it before it is known whether it is there.
            settling.settleLater("the deletion of " + image, () -> findOut(image));
            throw RefusedException.because(unknown);
        } catch (EngineException.VolumeUnreadable notBegun) {
            image.unretire();
            throw RefusedException.because(notBegun);
        } catch (EngineException.DeviceFailed unknown) {
            // It may have happened all the same, and a device that fails may not say so at once either.
            settling.settle("the deletion of " + image, () -> findOut(image));
            throw RefusedException.because(unknown);
        } catch (EngineException failure) {
            image.unretire();
            throw RefusedException.because(failure);
        } catch (RuntimeException | Error bug) {
            // Nobody knows how far it came.
            settling.settle("the deletion of " + image, () -> findOut(image));
            throw bug;
        }
        gone(image);
    }

    /** What a deletion has come to that the device did not answer in time, or failed. */
    private void findOut(Image image) {
        if (manifests.isCommitted(image.id())) {
            image.unretire();
            return;
        }
        try {
            // Its record may have been missing before. Then only this says that it is deleted.
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

    // ORDER: the image has ceased to exist. Nothing below can bring it back, so no failure of it is the client's. It
    // costs space until it is done.
    private void removeRest(Image image) {
        settling.settle("the removal of what is left of " + image, () -> manifests.removeRest(image.id()));
    }

    private static RefusedException inUse(Image image, String why, List<String> children) {
        return new RefusedException(Refusal.IMAGE_IN_USE, image + " is in use: " + why, children);
    }

    /** Leaves the rest of what was deleted to the next start. */
    @Override
    public void close() {
        settling.close();
    }
}
