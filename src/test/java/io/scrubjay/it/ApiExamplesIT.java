// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.it;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.concurrent.TimeUnit;

import static org.assertj.core.api.Assertions.assertThat;

/** What docs/api.md shows is what happens: each command in its order, against an agent that has just been started. */
@Timeout(value = 10, unit = TimeUnit.MINUTES)
class ApiExamplesIT {
    @RegisterExtension
    static final Workspace WORKSPACE = Workspace.of(ApiExamplesIT.class);

    private static final Path PAGE = Path.of("docs", "api.md");
    private static final String SHOWN_ADDRESS = "http://127.0.0.1:9520";

    @Test
    void everyExampleDoesWhatThePageSays() throws IOException {
        // Given
        List<DocExample> examples = DocExample.of(PAGE);
        assertThat(examples).hasSizeGreaterThan(20);
        Path key = Files.writeString(WORKSPACE.file("upload-key"), "0123456789abcdef".repeat(4));
        Files.setPosixFilePermissions(key, PosixFilePermissions.fromString("rw-------"));
        Path directory = Files.createDirectories(WORKSPACE.file("examples"));
        try (AgentProcess agent = WORKSPACE
                .agent("agent")
                .with("scrubjay.security.upload-key-file", key.toString())
                .start()) {
            // When, then
            for (DocExample example : examples) {
                String script =
                        example.script().replace(SHOWN_ADDRESS, agent.address().toString());
                Command.Result result = Command.attempt(
                        "bash",
                        "-euo",
                        "pipefail",
                        "-c",
                        "cd \"$0\"; AGENT=$1; " + script,
                        directory.toString(),
                        agent.address().toString());
                assertThat(result.status())
                        .as("line %d: %s%s", example.line(), example.script(), result.output())
                        .isZero();
                try {
                    example.requireAnswer(result.output());
                } catch (AssertionError differs) {
                    throw new AssertionError(
                            "line " + example.line() + ": " + example.script() + result.output(), differs);
                }
            }
            assertThat(agent.errors()).isEmpty();
        }
    }
}
