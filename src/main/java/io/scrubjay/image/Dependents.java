// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.image;

import java.util.List;

/** Who cannot be without the bytes of an image or snapshot. */
@FunctionalInterface
public interface Dependents {
    /**
     * What has to be deleted before it, at this moment.
     *
     * <p>Blocks for the device, for workers.
     *
     * @return their names as users know them, each with its kind in front, for people
     */
    List<Dependent> of(Image image);

    /**
     * One that depends on an image or snapshot.
     *
     * @param kind {@code volume} or {@code snapshot}
     * @param name what it is called
     */
    record Dependent(String kind, String name) {
        @Override
        public String toString() {
            return kind + " " + name;
        }
    }
}
