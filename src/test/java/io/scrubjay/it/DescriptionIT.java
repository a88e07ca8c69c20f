package io.scrubjay.it;

import com.fasterxml.jackson.databind.JsonNode;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

import static org.assertj.core.api.Assertions.assertThat;

/** What is built describes itself, though nothing of that is prepared when it starts. */
class DescriptionIT {
    @RegisterExtension
    static final Workspace WORKSPACE = Workspace.of(DescriptionIT.class);

    @Test
    void theDescriptionIsBuiltInInBothForms() {
        try (AgentProcess agent = WORKSPACE.agent("agent").start()) {
            // When
            JsonNode json = agent.curl("/q/openapi.json").run().require(200).json();
            String yaml = agent.curl("/q/openapi").run().require(200).text();

            // Then
            assertThat(json.path("paths").has("/v1/images/{name}/content")).isTrue();
            assertThat(yaml).startsWith("---\nopenapi: ").contains("/v1/images/{name}/content:");
            agent.terminate();
            assertThat(agent.errors()).isEmpty();
        }
    }
}
