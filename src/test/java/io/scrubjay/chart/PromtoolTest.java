// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.chart;

import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import io.fabric8.openshift.api.model.monitoring.v1.PrometheusRule;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

/**
 * The alerts before Prometheus' own eyes: each fires on what it is for, and on nothing else. Runs where {@code promtool}
 * is; {@code ./dev test} says where it is not.
 */
@Tag("helm")
class PromtoolTest {
    @TempDir
    Path directory;

    @BeforeEach
    void promtoolIsHere() {
        assumeTrue(
                List.of(System.getenv("PATH").split(File.pathSeparator)).stream()
                        .anyMatch(path -> Files.isExecutable(Path.of(path, "promtool"))),
                "promtool is not installed: Debian has it in the package prometheus");
    }

    @Test
    void alertsFireOnWhatTheyAreForAndOnNothingElse() throws Exception {
        // Given
        writeRules();
        try (InputStream cases = PromtoolTest.class.getResourceAsStream("alerts.yaml")) {
            Files.write(directory.resolve("alerts.yaml"), cases.readAllBytes());
        }
        // When
        String said = promtool("test", "rules", "alerts.yaml");
        // Then
        assertThat(said).contains("SUCCESS").doesNotContain("FAILED");
    }

    /** Grafana's own variables stand for a duration and a pattern. */
    @Test
    void theDashboardsQueriesAreQueries() throws Exception {
        // Given
        List<Map<String, String>> rules = new ArrayList<>();
        for (var query : new JsonMapper()
                .readTree(Chart.DIRECTORY.resolve("dashboards/scrubjay.json").toFile())
                .findValues("expr")) {
            String expression = query.asText().replace("$__rate_interval", "5m").replace("$node", ".*");
            rules.add(Map.of("record", "query:" + rules.size(), "expr", expression));
        }
        new JsonMapper()
                .writeValue(
                        directory.resolve("queries.yaml").toFile(),
                        Map.of("groups", List.of(Map.of("name", "queries", "rules", rules))));
        // When
        String said = promtool("check", "rules", "queries.yaml");
        // Then
        assertThat(said).contains("SUCCESS: " + rules.size() + " rules found").doesNotContain("FAILED");
    }

    private void writeRules() throws IOException {
        PrometheusRule rule = Chart.setUp("monitored").only(PrometheusRule.class);
        new YAMLMapper().writeValue(directory.resolve("rules.yaml").toFile(), rule.getSpec());
    }

    private String promtool(String... arguments) throws Exception {
        List<String> command = new ArrayList<>(List.of("promtool"));
        command.addAll(List.of(arguments));
        Process process = new ProcessBuilder(command)
                .directory(directory.toFile())
                .redirectErrorStream(true)
                .start();
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        process.waitFor();
        return said;
    }
}
