// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.api.image;

import io.scrubjay.image.Image;
import io.scrubjay.image.ImageCatalog;
import io.scrubjay.image.ImageState;

import java.util.Optional;

/** What one subscriber has seen of an image. Confined to one look at a time. */
final class ImageWatch {
    private final Image image;
    private final ImageCatalog catalog;
    private long seenRevision = -1;
    private long seenBytes = -1;
    private volatile boolean isOver;

    ImageWatch(Image image, ImageCatalog catalog) {
        this.image = image;
        this.catalog = catalog;
    }

    /** What is new since the last look, if anything is. */
    Optional<ImageView> look() {
        // ORDER: numbers before the view; a change in between is seen again, never missed.
        boolean isGone = catalog.find(image.name()).filter(image::equals).isEmpty();
        long revision = image.revision();
        long bytes = image.receivedBytes();
        if (!isGone && revision == seenRevision && bytes == seenBytes) {
            return Optional.empty();
        }
        seenRevision = revision;
        seenBytes = bytes;
        ImageState state = image.state();
        isOver = isGone || state instanceof ImageState.Ready || state instanceof ImageState.Failed;
        boolean isDeleted = isGone && !(state instanceof ImageState.Failed);
        return Optional.of(isDeleted ? ImageView.ofDeleted(image) : ImageView.of(image));
    }

    /** Whether the last that will ever be said has been seen. */
    boolean isOver() {
        return isOver;
    }
}
