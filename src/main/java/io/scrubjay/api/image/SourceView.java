// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.api.image;

import io.quarkus.runtime.annotations.RegisterForReflection;
import io.scrubjay.image.ImageSource;
import io.scrubjay.manifest.PoolSource;
import org.eclipse.microprofile.openapi.annotations.media.Schema;

import java.util.Optional;

/** Where the agent took an image from, without secrets. */
@RegisterForReflection
@Schema(name = "ImageSource")
record SourceView(
        @Schema(
                enumeration = {"url", "volume", "snapshot"},
                implementation = String.class)
        String type,

        @Schema(implementation = String.class, nullable = true, description = "the URL, without its query")
        Optional<String> url,

        @Schema(implementation = String.class, nullable = true, description = "the name that the volume had")
        Optional<String> volume,

        @Schema(implementation = String.class, nullable = true, description = "the name that the snapshot had")
        Optional<String> snapshot) {
    static SourceView of(ImageSource source) {
        return new SourceView(
                source.type(),
                source instanceof ImageSource.Url file ? Optional.of(file.url()) : Optional.empty(),
                name(source, PoolSource.Kind.VOLUME),
                name(source, PoolSource.Kind.SNAPSHOT));
    }

    private static Optional<String> name(ImageSource source, PoolSource.Kind kind) {
        return source instanceof ImageSource.Disk disk && disk.kind() == kind
                ? Optional.of(disk.name().value())
                : Optional.empty();
    }
}
