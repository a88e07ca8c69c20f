// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.api;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** The name of an operation in the OpenAPI document, from which generated clients take the names of their methods. */
final class OperationName {
    private static final String VERSION = "v1";

    private OperationName() {}

    /**
     * {@code GET /v1/images} is {@code getImages}, {@code GET /v1/images/{name}} is {@code getImage}, and {@code PUT
     * /v1/images/{name}/content} is {@code putImageContent}.
     */
    static String of(String method, String path) {
        List<String> words = new ArrayList<>();
        for (String segment : path.substring(1).split("/", -1)) {
            if (segment.startsWith("{")) {
                int last = words.size() - 1;
                words.set(last, words.get(last).replaceFirst("s$", ""));
            } else if (!segment.equals(VERSION)) {
                words.addAll(List.of(segment.split("-", -1)));
            }
        }
        StringBuilder name = new StringBuilder(method.toLowerCase(Locale.ROOT));
        words.forEach(word -> name.append(Character.toUpperCase(word.charAt(0))).append(word.substring(1)));
        return name.toString();
    }
}
