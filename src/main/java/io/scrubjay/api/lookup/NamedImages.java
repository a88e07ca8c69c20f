// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.api.lookup;

import io.scrubjay.image.Image;
import io.scrubjay.image.ImageCatalog;
import io.scrubjay.image.ImageKey;
import io.scrubjay.refusal.RefusedException;
import jakarta.inject.Singleton;

/** From the name in a request's path to the image or snapshot. Thread-safe. */
@Singleton
public class NamedImages {
    private final ImageCatalog catalog;

    NamedImages(ImageCatalog catalog) {
        this.catalog = catalog;
    }

    /**
     * The image of this name.
     *
     * @throws RefusedException {@code invalid-name}, {@code image-not-found}
     */
    public Image get(String name) {
        return catalog.get(ResourceNames.known(name));
    }

    /**
     * The snapshot of this name.
     *
     * @throws RefusedException {@code invalid-name}, {@code snapshot-not-found}
     */
    public Image snapshot(String name) {
        return catalog.get(ImageKey.ofSnapshot(ResourceNames.known(name)));
    }
}
