// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.api.lookup;

import io.quarkus.runtime.annotations.RegisterForReflection;
import io.scrubjay.image.ImageKey;
import org.eclipse.microprofile.openapi.annotations.media.Schema;

/** How the wire refers to an image or a snapshot. */
@RegisterForReflection
@Schema(name = "Reference")
public record ReferenceView(
        @Schema(enumeration = {"image", "snapshot"}) String type, String name) {
    public static ReferenceView of(ImageKey key) {
        return new ReferenceView(key.kind().wireName(), key.name().value());
    }
}
