// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.image;

import io.scrubjay.block.ByteSize;
import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;

/** Limits on images. */
@ConfigMapping(prefix = "scrubjay.image")
public interface ImageConfig {
    /** The largest size of an image or volume, as a guest sees it. */
    @WithDefault("16T")
    ByteSize maxVirtualSize();
}
