// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.api.image;

import io.scrubjay.image.Image;
import io.scrubjay.image.ImageCatalog;
import io.scrubjay.image.ImageDeletion;
import io.scrubjay.image.ImageState;
import io.scrubjay.ingest.Ingests;
import io.scrubjay.refusal.Refusal;
import io.scrubjay.refusal.RefusedException;
import io.scrubjay.volume.VolumeImages;
import jakarta.inject.Singleton;

/** Removes an image in any state. Thread-safe; blocks, and is for workers. */
@Singleton
class ImageRemoval {
    private final Ingests ingests;
    private final VolumeImages volumeImages;
    private final ImageDeletion deletion;
    private final ImageCatalog catalog;

    ImageRemoval(Ingests ingests, VolumeImages volumeImages, ImageDeletion deletion, ImageCatalog catalog) {
        this.ingests = ingests;
        this.volumeImages = volumeImages;
        this.deletion = deletion;
        this.catalog = catalog;
    }

    /**
     * Cancels the image's ingest or its making from a volume or snapshot, deletes it from the pool, or forgets that it
     * failed. Durable when it returns.
     *
     * @throws RefusedException as {@link ImageDeletion#delete}, or {@code busy} while its ingest is being admitted, or
     *     the device does not let go of what failed
     */
    void remove(Image image) throws InterruptedException {
        if (image.state() instanceof ImageState.Unfinished && !ingests.cancel(image)) {
            boolean unused = volumeImages.cancel(image);
        }
        if (image.state() instanceof ImageState.Unfinished) {
            throw new RefusedException(
                    Refusal.BUSY,
                    "the upload of image " + image.name()
                            + " is just starting, or the agent is still finding out from the device what it left;"
                            + " try again");
        }
        // A cancelled ingest may have become ready in its last moment.
        if (image.state() instanceof ImageState.Committed) {
            deletion.delete(image);
        } else {
            catalog.remove(image);
        }
    }
}
