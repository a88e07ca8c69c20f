// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.api;

import java.util.Map;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;

/** Texts of the OpenAPI document that differ only in a few words between several kinds. Immutable. */
final class KindTexts {
    private static final Pattern BRACES = Pattern.compile("\\{([^}]+)}");

    private static final Map<String, String> OF_SNAPSHOTS = Map.of(
            "an image", "a snapshot",
            "An image", "A snapshot",
            "an image occupies", "are a snapshot's own, its parents' not counted");
    private static final Map<String, String> OF_VOLUMES =
            Map.of("an image", "a volume", "reading", "reading and writing");

    private KindTexts() {}

    /**
     * The text for the operations of a path.
     *
     * @param text a text about images with braces around the words that differ for other kinds
     */
    static String of(String path, String text) {
        Map<String, String> others = path.startsWith("/v1/snapshots/")
                ? OF_SNAPSHOTS
                : path.startsWith("/v1/volumes/") ? OF_VOLUMES : Map.of();
        return BRACES.matcher(text).replaceAll(found -> words(found, others));
    }

    private static String words(MatchResult braces, Map<String, String> others) {
        return others.getOrDefault(braces.group(1), braces.group(1));
    }
}
