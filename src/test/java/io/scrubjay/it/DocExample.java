// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.it;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * A command of a page for people, and what the page says it prints.
 *
 * @param line where it stands on the page
 * @param script for bash
 * @param answer what it prints, if the page says so
 */
record DocExample(int line, String script, Optional<Answer> answer) {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Pattern BLOCK =
            Pattern.compile("^```([a-z]+)\n(.*?)^```$", Pattern.MULTILINE | Pattern.DOTALL);
    private static final String COMMAND = "sh";
    /** Stands for whatever is there. */
    private static final String ANYTHING = "…";

    /**
     * What a command prints.
     *
     * @param kind {@code json} or {@code text}
     * @param body where anything may stand for {@code …}
     */
    record Answer(String kind, String body) {}

    /** The commands of a page, in its order. */
    static List<DocExample> of(Path page) {
        try {
            return parse(Files.readString(page));
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    static List<DocExample> parse(String page) {
        List<DocExample> examples = new ArrayList<>();
        for (Matcher block = BLOCK.matcher(page); block.find(); ) {
            int line = (int) page.substring(0, block.start()).lines().count() + 1;
            if (block.group(1).equals(COMMAND)) {
                examples.add(new DocExample(line, block.group(2), Optional.empty()));
            } else {
                int last = examples.size() - 1;
                DocExample command = examples.get(last);
                assertThat(command.answer()).as("answers of line %d", line).isEmpty();
                examples.set(
                        last,
                        new DocExample(
                                command.line(),
                                command.script(),
                                Optional.of(new Answer(block.group(1), block.group(2)))));
            }
        }
        return List.copyOf(examples);
    }

    /** Makes sure that this is what the page says. */
    void requireAnswer(String printed) {
        answer().ifPresent(answer -> {
            if (answer.kind().equals("json")) {
                requireJson("$", read(answer.body()), read(printed));
            } else {
                assertThat(answer.kind()).isEqualTo("text");
                assertThat(printed.replace("\r", "").strip())
                        .matches(pattern(answer.body().strip()));
            }
        });
    }

    private static JsonNode read(String text) {
        try {
            return JSON.readTree(text);
        } catch (IOException nonsense) {
            throw new AssertionError("not JSON: " + text, nonsense);
        }
    }

    /** An answer may have fields that are not shown; of an array, all entries are shown, unless the last is {@code …}. */
    private static void requireJson(String where, JsonNode shown, JsonNode actual) {
        if (isAnything(shown)) {
            return;
        }
        if (shown.isObject()) {
            for (Map.Entry<String, JsonNode> field : shown.properties()) {
                assertThat(actual.has(field.getKey()))
                        .as("%s has '%s': %s", where, field.getKey(), actual)
                        .isTrue();
                requireJson(where + "." + field.getKey(), field.getValue(), actual.get(field.getKey()));
            }
        } else if (shown.isArray()) {
            boolean goesOn = !shown.isEmpty() && isAnything(shown.get(shown.size() - 1));
            int count = goesOn ? shown.size() - 1 : shown.size();
            assertThat(actual.isArray()).as("%s is an array", where).isTrue();
            assertThat(actual.size())
                    .as("entries of %s in %s", where, actual)
                    .matches(size -> goesOn ? size >= count : size == count);
            for (int index = 0; index < count; index++) {
                requireJson(where + "[" + index + "]", shown.get(index), actual.get(index));
            }
        } else if (shown.isTextual()) {
            assertThat(actual.asText()).as(where).matches(pattern(shown.asText()));
        } else {
            assertThat(actual).as(where).isEqualTo(shown);
        }
    }

    private static boolean isAnything(JsonNode shown) {
        return shown.isTextual() && shown.asText().equals(ANYTHING);
    }

    private static Pattern pattern(String shown) {
        return Pattern.compile(
                Stream.of(shown.split(ANYTHING, -1)).map(Pattern::quote).collect(Collectors.joining(".*")),
                Pattern.DOTALL);
    }
}
