package io.scrubjay.api;

import io.scrubjay.image.Refusal;
import io.scrubjay.image.RefusedException;
import io.scrubjay.manifest.ImageName;

/** The one place where an image's name out of a request is parsed. */
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
