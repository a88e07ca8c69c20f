// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.chart;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The values of the chart as a Markdown table: each with its default and the comment above it.
 *
 * @param rows one for each value, and for each group of values that has a comment
 */
record ValuesTable(List<Row> rows) {
    private static final Pattern KEY = Pattern.compile("( *)([A-Za-z][A-Za-z0-9]*):.*");
    /** A label or the like: part of its map's default, no value of its own. */
    private static final Pattern ENTRY = Pattern.compile(" +[a-z]+[_./-][a-z_./-]*:.*");

    /**
     * A line of the table.
     *
     * @param path names, with dots between them
     * @param fallback what holds where nothing is set, as JSON; nothing for a group
     * @param comment in one line; may be empty
     */
    record Row(String path, Optional<String> fallback, String comment) {
        String markdown() {
            return "| `" + path + "` | "
                    + fallback.map(json -> "`" + json + "`").orElse("") + " | " + comment.replace("|", "\\|") + " |";
        }
    }

    ValuesTable {
        rows = List.copyOf(rows);
    }

    static ValuesTable of(Path valuesFile) throws IOException {
        JsonNode values = new YAMLMapper().readTree(valuesFile.toFile());
        List<Row> rows = new ArrayList<>();
        Deque<String> path = new ArrayDeque<>();
        StringBuilder comment = new StringBuilder();
        for (String line : Files.readAllLines(valuesFile)) {
            Matcher key = KEY.matcher(line);
            if (line.isBlank()) {
                comment.setLength(0);
            } else if (line.strip().startsWith("#")) {
                comment.append(comment.isEmpty() ? "" : " ")
                        .append(line.strip().substring(1).strip());
            } else if (key.matches()) {
                while (path.size() > key.group(1).length() / 2) {
                    path.removeLast();
                }
                path.addLast(key.group(2));
                rows.addAll(row(values, path, comment.toString()).stream().toList());
                comment.setLength(0);
            } else if (!ENTRY.matcher(line).matches()) {
                throw new IllegalStateException("neither key nor comment: " + line);
            }
        }
        return new ValuesTable(rows);
    }

    private static Optional<Row> row(JsonNode values, Deque<String> path, String comment) throws IOException {
        JsonNode value = values;
        for (String name : path) {
            value = value.path(name);
        }
        String name = String.join(".", path);
        if (value.isMissingNode()) {
            throw new IllegalStateException("read another key than YAML does: " + name);
        }
        if (value.properties().stream()
                .anyMatch(child -> KEY.matcher(child.getKey() + ":").matches())) {
            return comment.isEmpty() ? Optional.empty() : Optional.of(new Row(name, Optional.empty(), comment));
        }
        return Optional.of(new Row(name, Optional.of(new ObjectMapper().writeValueAsString(value)), comment));
    }

    String markdown() {
        StringBuilder text = new StringBuilder("| value | default | |\n|---|---|---|\n");
        rows.forEach(row -> text.append(row.markdown()).append('\n'));
        return text.toString();
    }
}
