// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.api.image;

import io.quarkus.runtime.annotations.RegisterForReflection;
import io.scrubjay.api.lookup.ResourceNames;
import io.scrubjay.manifest.ResourceName;
import io.scrubjay.refusal.Refusal;
import io.scrubjay.refusal.RefusedException;
import org.eclipse.microprofile.openapi.annotations.media.Schema;

import java.util.Optional;

/** A snapshot to be taken, as it comes in. */
@RegisterForReflection
@Schema(name = "SnapshotOrder")
record SnapshotOrder(
        @Schema(implementation = String.class, required = true)
        Optional<String> name) {
    ResourceName parsedName() {
        return ResourceNames.parse(
                name.orElseThrow(() -> new RefusedException(Refusal.INVALID_NAME, "'name' is missing")));
    }
}
