// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.scrub;

import io.scrubjay.image.ImageKey;
import io.scrubjay.manifest.ResourceName;
import io.scrubjay.refusal.Refusal;
import io.scrubjay.refusal.RefusedException;

import java.util.Objects;

/** The target of a run. Immutable; {@code toString} returns the form that {@link #parse} accepts. */
public sealed interface ScrubTarget {
    /** Every image and snapshot that is committed when the run starts. */
    ScrubTarget EVERYTHING = new Everything();

    /** One image. */
    static ScrubTarget of(ResourceName image) {
        return of(ImageKey.ofImage(image));
    }

    /** One image or snapshot. */
    static ScrubTarget of(ImageKey key) {
        return new One(key);
    }

    /**
     * Parses {@code *}, {@code image/<name>} or {@code snapshot/<name>}.
     *
     * @throws RefusedException {@code invalid-request}, {@code invalid-name}
     */
    static ScrubTarget parse(String text) {
        if (text.equals(Everything.TEXT)) {
            return EVERYTHING;
        }
        try {
            return ImageKey.parse(text)
                    .map(ScrubTarget::of)
                    .orElseThrow(() -> new RefusedException(
                            Refusal.INVALID_REQUEST, "'target' must be '*', 'image/<name>' or 'snapshot/<name>'"));
        } catch (IllegalArgumentException invalid) {
            throw new RefusedException(Refusal.INVALID_NAME, invalid.getMessage(), invalid);
        }
    }

    /** Every image and snapshot that is committed when the run starts. */
    record Everything() implements ScrubTarget {
        private static final String TEXT = "*";

        @Override
        public String toString() {
            return TEXT;
        }
    }

    /**
     * One image or snapshot.
     *
     * @param key the image or snapshot
     */
    record One(ImageKey key) implements ScrubTarget {
        public One {
            Objects.requireNonNull(key);
        }

        @Override
        public String toString() {
            return key.toString();
        }
    }
}
