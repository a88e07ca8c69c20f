package io.scrubjay.scrub;

import io.scrubjay.image.Refusal;
import io.scrubjay.image.RefusedException;
import io.scrubjay.manifest.ImageName;

import java.util.Objects;

/** What a run is to scrub. Immutable; {@code toString} gives the form that {@link #parse} takes. */
public sealed interface ScrubTarget {
    /** Every image that is committed when the run starts. */
    ScrubTarget EVERYTHING = new Everything();

    /** One image. */
    static ScrubTarget of(ImageName image) {
        return new OneImage(image);
    }

    /**
     * Parses {@code *} or {@code image/<name>}.
     *
     * @throws RefusedException {@code invalid-request}, {@code invalid-name}; {@code image-not-found} for {@code
     *     snapshot/<name>}, as there are no snapshots but images yet
     */
    static ScrubTarget parse(String text) {
        if (text.equals(Everything.TEXT)) {
            return EVERYTHING;
        }
        if (text.startsWith(OneImage.PREFIX)) {
            return of(name(text.substring(OneImage.PREFIX.length())));
        }
        if (text.startsWith("snapshot/")) {
            ImageName name = name(text.substring("snapshot/".length()));
            throw new RefusedException(Refusal.IMAGE_NOT_FOUND, "there is no snapshot " + name);
        }
        throw new RefusedException(Refusal.INVALID_REQUEST, "a target is '*' or 'image/<name>'");
    }

    private static ImageName name(String text) {
        try {
            return ImageName.parse(text);
        } catch (IllegalArgumentException invalid) {
            throw new RefusedException(Refusal.INVALID_NAME, invalid.getMessage(), invalid);
        }
    }

    /** Every image that is committed when the run starts. */
    record Everything() implements ScrubTarget {
        private static final String TEXT = "*";

        @Override
        public String toString() {
            return TEXT;
        }
    }

    /**
     * One image.
     *
     * @param name what it is called
     */
    record OneImage(ImageName name) implements ScrubTarget {
        private static final String PREFIX = "image/";

        public OneImage {
            Objects.requireNonNull(name);
        }

        @Override
        public String toString() {
            return PREFIX + name;
        }
    }
}
