// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.api.problem;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.quarkus.runtime.annotations.RegisterForReflection;
import io.scrubjay.image.Image;
import org.eclipse.microprofile.openapi.annotations.media.Schema;

import java.util.List;
import java.util.Optional;

/**
 * Why a request was not granted, as RFC 9457 has it.
 *
 * @param type identifies the kind of problem; not to be opened
 * @param title the kind of problem for people
 * @param status the HTTP status
 * @param code the kind of problem for programs, stable
 * @param detail what happened this time, for people
 * @param instance identifies this one occurrence in the agent's log, where there is more to say
 * @param children what depends on what was to be deleted, by name
 * @param image what has the name that was asked for
 */
@RegisterForReflection
@Schema(name = "Problem", description = "RFC 9457 problem details; `code` is stable")
@JsonInclude(JsonInclude.Include.NON_ABSENT)
public record Problem(
        @Schema(examples = "urn:problem-type:scrubjay:image-not-found")
        String type,

        @Schema(examples = "Image not found") String title,
        @Schema(examples = "404") int status,
        @Schema(examples = "image-not-found") String code,
        @Schema(examples = "there is no image debian-12") String detail,

        @Schema(implementation = String.class, nullable = true)
        Optional<String> instance,

        @Schema(implementation = String[].class, nullable = true)
        Optional<List<String>> children,

        @Schema(implementation = NameHolder.class, nullable = true)
        Optional<NameHolder> image) {
    /** The media type of problems. */
    public static final String MEDIA_TYPE = "application/problem+json";

    private static final String TYPE_PREFIX = "urn:problem-type:scrubjay:";

    public static Problem of(int status, String code, String detail) {
        return new Problem(
                TYPE_PREFIX + code,
                title(code),
                status,
                code,
                detail,
                Optional.empty(),
                Optional.empty(),
                Optional.empty());
    }

    Problem occurred(String reference) {
        return new Problem(type, title, status, code, detail, Optional.of(reference), children, image);
    }

    /** The same, naming those who are in the way; none changes nothing. */
    Problem dueTo(List<String> names) {
        return names.isEmpty()
                ? this
                : new Problem(type, title, status, code, detail, instance, Optional.of(List.copyOf(names)), image);
    }

    /** The same, saying what has the name that was asked for, if that is why. */
    Problem heldBy(Optional<Image> holder) {
        return new Problem(type, title, status, code, detail, instance, children, holder.map(NameHolder::of));
    }

    /** {@code image-not-found} as a title is {@code Image not found}. */
    private static String title(String code) {
        return Character.toUpperCase(code.charAt(0)) + code.substring(1).replace('-', ' ');
    }
}
