// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.image;

/** Counts for tests who is using an image. */
public final class ImageLeases {
    private ImageLeases() {}

    /** How many leases of it have not ended. */
    public static int count(Image image) {
        return image.leaseCount();
    }
}
