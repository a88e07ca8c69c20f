package io.scrubjay.api;

import io.scrubjay.image.Refusal;
import io.scrubjay.image.RefusedException;
import io.scrubjay.manifest.ImageName;

/** The one place where the name of an image, snapshot or volume out of a request is parsed. */
final class ImageNames {
    private ImageNames() {}

    static ImageName parse(String text) {
        try {
            return ImageName.parse(text);
        } catch (IllegalArgumentException nonsense) {
            throw new RefusedException(Refusal.INVALID_NAME, nonsense.getMessage());
        }
    }
}
