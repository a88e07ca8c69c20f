// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.image;

import java.util.List;

/** Finds everything that needs the bytes of an image or snapshot. */
@FunctionalInterface
public interface Dependents {
    /**
     * Everything that must be deleted before this image, as of now.
     *
     * <p>Blocks for the device; for workers.
     *
     * @return their names as users know them, each with its kind in front, for people
     */
    List<Dependent> of(Image image);

    /**
     * A volume, snapshot or image that depends on an image or snapshot.
     *
     * @param kind {@code volume}, {@code snapshot} or {@code image}
     * @param name its name
     */
    record Dependent(String kind, String name) {
        @Override
        public String toString() {
            return kind + " " + name;
        }
    }
}
