// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.api;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** Which methods the API supports at a path, for {@code Allow}. Immutable. */
public final class AllowedMethods {
    private static final Map<Pattern, SortedSet<String>> BY_PATH = byPath();

    private AllowedMethods() {}

    /**
     * The methods at a path, as the value of {@code Allow}.
     *
     * @param path without escapes
     * @return empty for a path that the API does not have
     */
    public static Optional<String> at(String path) {
        return methods(path).map(methods -> String.join(", ", methods));
    }

    /** Whether the API has this path, but not with this method. */
    public static boolean excludes(String method, String path) {
        return methods(path).filter(methods -> !methods.contains(method)).isPresent();
    }

    private static Optional<SortedSet<String>> methods(String path) {
        String resource = resource(path);
        return BY_PATH.entrySet().stream()
                .filter(entry -> entry.getKey().matcher(resource).matches())
                .map(Map.Entry::getValue)
                .findFirst();
    }

    /** The path by which a resource is found: a slash at the end does not matter. */
    public static String resource(String path) {
        return path.length() > 1 && path.endsWith("/") ? path.substring(0, path.length() - 1) : path;
    }

    private static Map<Pattern, SortedSet<String>> byPath() {
        Map<String, SortedSet<String>> byPath = new TreeMap<>();
        for (String operation : OperationProblems.operations()) {
            List<String> words = List.of(operation.split(" ", 2));
            SortedSet<String> methods = byPath.computeIfAbsent(words.get(1), path -> new TreeSet<>(List.of("OPTIONS")));
            methods.add(words.get(0));
            if (words.get(0).equals("GET")) {
                methods.add("HEAD");
            }
        }
        return byPath.entrySet().stream()
                .collect(Collectors.toUnmodifiableMap(entry -> pattern(entry.getKey()), Map.Entry::getValue));
    }

    private static Pattern pattern(String template) {
        return Pattern.compile(template.replaceAll("\\{[a-z]+}", "[^/]+"));
    }
}
