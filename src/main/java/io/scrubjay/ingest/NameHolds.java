// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.ingest;

import io.scrubjay.image.Image;
import io.scrubjay.image.ImageCatalog;
import io.scrubjay.image.ImageState;
import io.scrubjay.image.NameTakenException;
import io.scrubjay.refusal.RefusedException;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;

/** The names that running ingests hold. Thread-safe; nothing here blocks. */
final class NameHolds {
    private final ImageCatalog catalog;
    private final NameHold.Patience patience;
    private final ConcurrentHashMap<Image, NameHold> holds = new ConcurrentHashMap<>();

    NameHolds(ImageCatalog catalog, NameHold.Patience patience) {
        this.catalog = catalog;
        this.patience = patience;
    }

    /**
     * Claims the image's name. {@link #release} must follow.
     *
     * @throws RefusedException {@code image-exists}, with the holder; the name is then not held by this image
     */
    NameHold claim(Image image) {
        NameHold hold = new NameHold();
        // ORDER: the hold first, so that a caller that finds the image in the catalog also finds its hold.
        holds.put(image, hold);
        try {
            catalog.claim(image);
            return hold;
        } catch (RefusedException taken) {
            release(image);
            throw taken;
        }
    }

    /** Ends the hold, because the name is free or an image has it. Calling it twice is harmless. */
    void release(Image image) {
        NameHold hold = holds.remove(image);
        if (hold != null) {
            hold.release();
        }
    }

    /**
     * Completes when a sender that was refused with this exception should retry; fails with the same exception, or with
     * {@code busy}, if it should not.
     */
    CompletionStage<Void> released(NameTakenException taken) {
        Image holder = taken.holder();
        NameHold hold = holds.get(holder);
        if (hold != null) {
            return hold.released(patience, taken);
        }
        boolean isStillThere = catalog.find(holder.key()).filter(holder::equals).isPresent()
                && !(holder.state() instanceof ImageState.Failed);
        return isStillThere ? CompletableFuture.failedFuture(taken) : CompletableFuture.completedFuture(null);
    }
}
