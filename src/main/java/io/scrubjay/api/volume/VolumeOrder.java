// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.api.volume;

import com.fasterxml.jackson.databind.annotation.JsonDeserialize;
import io.quarkus.runtime.annotations.RegisterForReflection;
import io.scrubjay.api.body.SizeInBytes;
import io.scrubjay.api.lookup.ResourceNames;
import io.scrubjay.engine.Provisioning;
import io.scrubjay.manifest.ResourceName;
import io.scrubjay.refusal.Refusal;
import io.scrubjay.refusal.RefusedException;
import org.eclipse.microprofile.openapi.annotations.media.Schema;

import java.util.Optional;
import java.util.OptionalLong;
import java.util.stream.Stream;

/** The JSON body of a request for a new volume: of a size, or from an image, or from a snapshot. */
@RegisterForReflection
@Schema(name = "VolumeOrder")
record VolumeOrder(
        @Schema(implementation = String.class, required = true)
        Optional<String> name,

        @Schema(
                implementation = Long.class,
                description = "a number of bytes, or a text as `1G`; rounded up to whole clusters; of a clone, at least"
                        + " its source's")
        @JsonDeserialize(contentUsing = SizeInBytes.class)
        Optional<Long> sizeBytes,

        @Schema(
                implementation = String.class,
                enumeration = {"thin", "thick"},
                defaultValue = "thin")
        Optional<String> provisioning,

        @Schema(implementation = String.class) Optional<String> fromImage,
        @Schema(implementation = String.class) Optional<String> fromSnapshot) {
    /**
     * Returns this order, if it is consistent.
     *
     * @throws RefusedException {@code invalid-request} when it contradicts itself
     */
    VolumeOrder consistent() {
        long sources =
                Stream.of(fromImage, fromSnapshot).flatMap(Optional::stream).count();
        if (sources > 1) {
            throw invalid("send 'fromImage' or 'fromSnapshot', not both");
        }
        if (sources == 0 && sizeBytes.isEmpty()) {
            throw invalid("the order needs 'sizeBytes', 'fromImage' or 'fromSnapshot'");
        }
        if (sources == 1 && provisioning.filter(word -> !word.equals("thin")).isPresent()) {
            throw invalid("a clone is made thin; leave 'provisioning' out, and inflate the clone afterwards");
        }
        return this;
    }

    ResourceName parsedName() {
        return ResourceNames.parse(
                name.orElseThrow(() -> new RefusedException(Refusal.INVALID_NAME, "'name' is missing")));
    }

    OptionalLong size() {
        return sizeBytes.isPresent() ? OptionalLong.of(sizeBytes.get()) : OptionalLong.empty();
    }

    Provisioning parsedProvisioning() {
        return switch (provisioning.orElse("thin")) {
            case "thin" -> Provisioning.THIN;
            case "thick" -> Provisioning.THICK;
            default -> throw invalid("'provisioning' must be 'thin' or 'thick'");
        };
    }

    private static RefusedException invalid(String message) {
        return new RefusedException(Refusal.INVALID_REQUEST, message);
    }
}
