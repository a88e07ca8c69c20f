// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.api.problem;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.quarkus.runtime.annotations.RegisterForReflection;
import io.scrubjay.image.Image;
import org.eclipse.microprofile.openapi.annotations.media.Schema;

import java.util.List;
import java.util.Optional;

/**
 * Why a request failed or was refused, in the form of RFC 9457.
 *
 * @param type identifies the kind of problem; not to be opened
 * @param title the kind of problem for people
 * @param status the HTTP status
 * @param code the kind of problem for programs, stable
 * @param detail what happened this time, for people
 * @param instance identifies this occurrence in the agent's log, if the log has more details
 * @param children the names of what depends on the thing that was to be deleted
 * @param image the image or snapshot that has the requested name
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

    /** The same problem with the names of what depends on the thing; an empty list changes nothing. */
    Problem dueTo(List<String> names) {
        return names.isEmpty()
                ? this
                : new Problem(type, title, status, code, detail, instance, Optional.of(List.copyOf(names)), image);
    }

    /** The same problem with the image or snapshot that has the requested name, if that is the reason. */
    Problem heldBy(Optional<Image> holder) {
        return new Problem(type, title, status, code, detail, instance, children, holder.map(NameHolder::of));
    }

    /** {@code image-not-found} as a title is {@code Image not found}. */
    private static String title(String code) {
        return Character.toUpperCase(code.charAt(0)) + code.substring(1).replace('-', ' ');
    }
}
