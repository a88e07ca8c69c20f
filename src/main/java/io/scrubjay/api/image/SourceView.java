// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.api.image;

import io.quarkus.runtime.annotations.RegisterForReflection;
import io.scrubjay.image.ImageSource;
import org.eclipse.microprofile.openapi.annotations.media.Schema;

import java.util.Optional;

/** Where the agent took an image from, without secrets. */
@RegisterForReflection
@Schema(name = "ImageSource")
record SourceView(
        @Schema(
                enumeration = {"url"},
                implementation = String.class)
        String type,

        @Schema(implementation = String.class, nullable = true, description = "the URL, without its query")
        Optional<String> url) {
    static SourceView of(ImageSource source) {
        return new SourceView(
                source.type(), source instanceof ImageSource.Url file ? Optional.of(file.url()) : Optional.empty());
    }
}
