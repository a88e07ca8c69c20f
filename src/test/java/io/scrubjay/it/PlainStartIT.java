// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.it;

import com.fasterxml.jackson.databind.JsonNode;
import io.scrubjay.engine.FreePort;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

import static org.assertj.core.api.Assertions.assertThat;

/** What is built, started with nothing configured but where to put things. */
class PlainStartIT {
    @RegisterExtension
    static final Workspace WORKSPACE = Workspace.of(PlainStartIT.class);

    private static AgentProcess agent;

    /** On ports that are said, as where it is installed: servers on ports that are any share their gauges. */
    @BeforeAll
    static void start() {
        agent = WORKSPACE
                .agent("agent")
                .asInTheImages()
                .with("quarkus.http.port", Integer.toString(FreePort.take()))
                .with("quarkus.management.port", Integer.toString(FreePort.take()))
                .start();
    }

    @AfterAll
    static void stop() {
        agent.terminate();
        assertThat(agent.errors()).isEmpty();
    }

    @Test
    void nothingIsWorthAWarning() {
        assertThat(agent.log().lines()).noneMatch(line -> line.contains(" WARN "));
    }

    /** Nothing of it is prepared at the start. */
    @Test
    void theDescriptionIsBuiltInInBothForms() {
        // When
        JsonNode json = agent.curl("/q/openapi.json").run().require(200).json();
        String yaml = agent.curl("/q/openapi").run().require(200).text();

        // Then
        assertThat(json.path("paths").has("/v1/images/{name}/content")).isTrue();
        assertThat(yaml).startsWith("---\nopenapi: ").contains("/v1/images/{name}/content:");
    }

    /** Which of the two servers they were of, nobody could tell. */
    @Test
    void connectionsOfOneServerAreNoMetric() {
        String metrics = agent.curl("/q/metrics").run().require(200).text();
        assertThat(metrics).contains("scrubjay_pool_total_bytes").doesNotContain("vertx_http_connections");
    }
}
