// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.image;

import io.scrubjay.block.ByteSize;
import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;

/** The bounds on images. */
@ConfigMapping(prefix = "scrubjay.image")
public interface ImageConfig {
    /** The largest logical size an image may have, and a volume. */
    @WithDefault("16T")
    ByteSize maxVirtualSize();
}
