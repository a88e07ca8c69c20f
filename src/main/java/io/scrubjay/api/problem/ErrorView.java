// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.api.problem;

import io.quarkus.runtime.annotations.RegisterForReflection;
import io.scrubjay.image.ImageState;
import org.eclipse.microprofile.openapi.annotations.media.Schema;

import java.util.Optional;

/** Why an image failed or is quarantined, or a volume's job failed: a problem's code and text. */
@RegisterForReflection
@Schema(name = "ImageError")
public record ErrorView(String code, String message) {
    public static Optional<ErrorView> of(ImageState state) {
        if (state instanceof ImageState.Failed failed) {
            return Optional.of(new ErrorView(failed.refusal().code(), failed.message()));
        }
        if (state instanceof ImageState.Quarantined quarantined) {
            return Optional.of(new ErrorView(quarantined.code(), quarantined.message()));
        }
        return Optional.empty();
    }
}
