// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.chart;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import org.junit.jupiter.api.Test;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

import static org.assertj.core.api.Assertions.assertThat;

/** The schema knows every value there is, and lets in no other. */
class ChartSchemaTest {
    private final JsonNode schema;
    private final JsonNode values;

    ChartSchemaTest() throws IOException {
        schema = new JsonMapper()
                .readTree(Chart.DIRECTORY.resolve("values.schema.json").toFile());
        values =
                new YAMLMapper().readTree(Chart.DIRECTORY.resolve("values.yaml").toFile());
    }

    /** Helm itself passes {@code global} down, with whatever other charts want. */
    @Test
    void everyObjectIsClosed() {
        // When
        List<String> open = new ArrayList<>();
        collectOpen("", schema, open);
        // Then
        assertThat(open).containsExactly("/global");
    }

    private void collectOpen(String path, JsonNode reference, List<String> open) {
        JsonNode node =
                reference.has("$ref") ? schema.at(reference.get("$ref").asText().substring(1)) : reference;
        if (node.path("type").asText().equals("object")) {
            JsonNode others = node.path("additionalProperties");
            boolean isMapOfScalars =
                    others.has("enum") || others.path("type").asText().equals("string");
            boolean isClosed = others.isBoolean() && !others.asBoolean() && node.has("properties");
            if (!isMapOfScalars && !isClosed) {
                open.add(path);
            }
            node.path("properties")
                    .properties()
                    .forEach(property -> collectOpen(path + "/" + property.getKey(), property.getValue(), open));
        } else if (node.path("type").asText().equals("array")) {
            if (!node.has("items")) {
                open.add(path);
            }
            collectOpen(path + "[]", node.path("items"), open);
        } else if (!node.has("type") && !node.has("enum")) {
            open.add(path);
        }
    }

    /** A value that only the schema knows is documented nowhere; one that only values.yaml knows is refused by lint. */
    @Test
    void itHasTheValuesOfTheChartAndNoMore() {
        assertThat(missing("", schema, values)).isEmpty();
    }

    private static List<String> missing(String path, JsonNode schema, JsonNode values) {
        List<String> names = new ArrayList<>();
        schema.path("properties").properties().forEach(property -> {
            String name = property.getKey();
            if (values.has(name)) {
                names.addAll(missing(path + "/" + name, property.getValue(), values.get(name)));
            } else if (!isKubernetesOwn(path + "/" + name)) {
                names.add(path + "/" + name);
            }
        });
        return names;
    }

    private static boolean isKubernetesOwn(String path) {
        return path.equals("/global") || path.startsWith("/affinity/") || path.startsWith("/resources/");
    }
}
