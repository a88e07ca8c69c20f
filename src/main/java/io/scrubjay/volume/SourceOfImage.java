// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.volume;

import io.scrubjay.image.Image;
import io.scrubjay.image.ImageSource;
import io.scrubjay.manifest.Footprint;
import io.scrubjay.manifest.LeafTable;
import io.scrubjay.manifest.PoolSource;
import io.scrubjay.seal.Wanted;

/** A volume or snapshot that an image is made from. Thread-safe; blocks for the device. */
interface SourceOfImage {
    /**
     * Makes the image's snapshot in the pool, with the bytes that the source has now. Durable when this returns.
     *
     * @return the bytes that the image has from now on
     * @throws io.scrubjay.refusal.RefusedException when the source cannot be used now
     * @throws io.scrubjay.engine.EngineException when the engine fails; a part of it may be in the pool, which
     *     {@link io.scrubjay.manifest.ManifestStore#removeRest} removes
     */
    Fixed fix(Image image);

    /** What it is, for people. */
    ImageSource.Disk shown();

    /** The bytes of an image, which do not change any more. */
    @FunctionalInterface
    interface Fixed {
        /**
         * The content that the image's snapshot must be proven to have. May read all of it.
         *
         * @throws io.scrubjay.refusal.RefusedException the reason why the image is no longer wanted
         */
        Content content(Wanted wanted);
    }

    /**
     * The content of an image, for its manifest.
     *
     * @param lengthBytes its length
     * @param leaves the leaves of all chunks that are not zeroes
     * @param footprint the space that its snapshot takes
     * @param origin the source
     */
    record Content(long lengthBytes, LeafTable leaves, Footprint footprint, PoolSource origin) {}
}
