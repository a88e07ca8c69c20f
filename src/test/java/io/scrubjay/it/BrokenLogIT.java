// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.it;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/** What the log is written to is full, gone or stuck: requests are answered, what was lost is counted, and the agent ends. */
@Timeout(value = 5, unit = TimeUnit.MINUTES)
class BrokenLogIT {
    @RegisterExtension
    static final Workspace WORKSPACE = Workspace.of(BrokenLogIT.class);

    private static final HttpClient HTTP = HttpClient.newHttpClient();
    private static final Duration PATIENCE = Duration.ofMinutes(1);
    /** More lines than a pipe and the agent hold. */
    private static final int MANY = 2_500;

    private static final Pattern LOST_AUDIT =
            Pattern.compile("^scrubjay_log_lines_lost_total\\{log=\"audit\",?} (\\S+)$", Pattern.MULTILINE);

    /** Whoever reads what the agent writes: stands between it and its log. */
    private record Reader(AgentProcess agent, long pid) {
        static Reader started(String name) throws IOException {
            Path pid = WORKSPACE.file(name + ".pid");
            String script = "exec > >(exec cat) 2>&1; echo $! > '" + pid + "'; exec \"$@\"";
            AgentProcess agent = WORKSPACE
                    .agent(name)
                    .launchedBy("bash", "-c", script, "bash")
                    .start();
            return new Reader(agent, Long.parseLong(Files.readString(pid).strip()));
        }

        void signal(String signal) {
            Command.run("kill", "-" + signal, Long.toString(pid));
        }
    }

    /** Asks for changes, each of which is a line of the audit log. */
    private static void change(AgentProcess agent, int count) throws Exception {
        for (int i = 0; i < count; i++) {
            URI image = agent.address().resolve("/v1/images/none-" + i);
            HttpRequest delete =
                    HttpRequest.newBuilder(image).DELETE().timeout(PATIENCE).build();
            assertThat(HTTP.send(delete, HttpResponse.BodyHandlers.discarding()).statusCode())
                    .isEqualTo(404);
        }
    }

    private static double lostAuditLines(AgentProcess agent, URI management) throws Exception {
        HttpRequest scrape = HttpRequest.newBuilder(management.resolve("/q/metrics"))
                .timeout(PATIENCE)
                .build();
        String metrics = HTTP.send(scrape, HttpResponse.BodyHandlers.ofString()).body();
        Matcher lost = LOST_AUDIT.matcher(metrics);
        assertThat(lost.find()).as(metrics).isTrue();
        assertThat(agent.readiness()).isEqualTo(200);
        return Double.parseDouble(lost.group(1));
    }

    @Test
    void anAuditLogOnAFullDiskIsCounted() throws Exception {
        // Given
        AgentProcess agent = WORKSPACE
                .agent("full")
                .with("quarkus.log.handler.file.audit.enabled", "true")
                .with("quarkus.log.handler.file.audit.path", "/dev/full")
                .with("quarkus.log.handler.file.audit.rotation.rotate-on-boot", "false")
                .with("quarkus.log.category.\"io.scrubjay.audit\".handlers", "audit")
                .start();

        // When
        change(agent, 10);

        // Then
        await().atMost(PATIENCE).until(() -> lostAuditLines(agent, agent.management()) == 10);
        await().atMost(PATIENCE)
                .until(() -> agent.log().contains("cannot be written to the ")
                        && agent.log().contains("No space left on device"));
        agent.terminate();
    }

    @Test
    void aPipeWhoseReaderIsGoneIsCounted() throws Exception {
        // Given
        Reader reader = Reader.started("gone");
        AgentProcess agent = reader.agent();
        URI management = agent.management();

        // When
        reader.signal("KILL");
        change(agent, 300);

        // Then
        await().atMost(PATIENCE).until(() -> lostAuditLines(agent, management) > 290);
        agent.terminate();
    }

    @Test
    void aPipeThatNobodyReadsHoldsNothingUp() throws Exception {
        // Given
        Reader reader = Reader.started("stuck");
        AgentProcess agent = reader.agent();
        URI management = agent.management();

        // When
        reader.signal("STOP");
        change(agent, MANY);

        // Then
        assertThat(lostAuditLines(agent, management)).isPositive();
        reader.signal("CONT");
        await().atMost(PATIENCE).until(() -> agent.log().contains("log lines are missing here"));
    }

    /** As after another agent has left it so. Its log goes to a file as well, where this test reads what it listens at. */
    @Test
    void anAgentBeginsAndEndsWhoseStandardOutputIsAFullPipe() throws Exception {
        // Given
        Path pipe = WORKSPACE.file("pipe");
        String script = "mkfifo '" + pipe + "'; exec 3<>'" + pipe + "'; dd if=/dev/zero of='" + pipe
                + "' bs=4096 oflag=nonblock 2>/dev/null; exec \"$@\" >'" + pipe + "'";

        // When
        AgentProcess agent = WORKSPACE
                .agent("full-pipe")
                .with("quarkus.log.file.enabled", "true")
                .with("quarkus.log.file.path", "/proc/self/fd/2")
                .with("quarkus.log.file.rotation.rotate-on-boot", "false")
                .launchedBy("bash", "-c", script, "bash")
                .start();
        change(agent, 10);

        // Then
        agent.terminate();
    }

    @Test
    void anAgentWhoseLogNobodyReadsEnds() throws Exception {
        // Given
        Reader reader = Reader.started("ending");
        reader.signal("STOP");
        change(reader.agent(), MANY);

        // When
        reader.agent().askToEnd();

        // Then
        reader.agent().requireOrderlyEnd();
        reader.signal("KILL");
    }
}
