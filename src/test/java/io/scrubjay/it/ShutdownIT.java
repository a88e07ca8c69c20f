// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.it;

import com.fasterxml.jackson.databind.JsonNode;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.net.URI;
import java.net.URLConnection;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/** What SIGTERM does to what is under way. */
@Timeout(value = 5, unit = TimeUnit.MINUTES)
class ShutdownIT {
    @RegisterExtension
    static final Workspace WORKSPACE = Workspace.of(ShutdownIT.class);

    private static final int MIB = 1 << 20;
    private static final long SEED = TestChoice.seed(ShutdownIT.class);

    private final Path file = SparseFile.writeDense(WORKSPACE.fresh("file"), SEED, 12 * MIB);

    private static void awaitNotReady(AgentProcess agent) {
        await("readiness to go down")
                .atMost(Duration.ofSeconds(20))
                .pollInterval(Duration.ofMillis(20))
                .until(() -> agent.readiness() == 503);
    }

    @Test
    void uploadUnderWayFinishesWhileNoOtherBegins() throws IOException {
        // Given
        AgentSetup setup = WORKSPACE.agent("finishing");
        AgentProcess first = setup.start();
        HeldUpload upload =
                HeldUpload.ofLength(first.images(), "begun", 12 * MIB).send(file, 0, 5 * MIB);

        // When
        first.askToEnd();
        awaitNotReady(first);
        CurlAnswer another = first.images().content("another").sending(file).run();
        CurlAnswer begun = upload.finish(file, 5 * MIB, 7 * MIB);
        first.requireOrderlyEnd();

        // Then
        another.requireProblem(503, "busy");
        assertThat(another.header("Retry-After")).isPresent();
        JsonNode image = ImageClient.requireReady(begun);
        assertThat(first.errors()).isEmpty();
        setup.files().requireOnly(List.of(image));
        AgentProcess second = setup.start();
        assertThat(second.images().get("begun")).isEqualTo(image);
        assertThat(Files.mismatch(file, second.images().download("begun"))).isEqualTo(-1);
        second.terminate();
    }

    @Test
    void uploadThatStallsIsRefusedAndNothingOfItRemains() throws IOException {
        // Given
        AgentSetup setup = WORKSPACE.agent("stalling").with("scrubjay.shutdown.grace", "10s");
        AgentProcess first = setup.start();
        JsonNode kept = first.images().upload("kept", file);

        // When
        try (SilentUpload upload = SilentUpload.begin(first.images(), "begun", "not much")) {
            first.askToEnd();
            awaitNotReady(first);
            upload.requireProblem(503, "busy");
        }
        first.requireOrderlyEnd();

        // Then
        assertThat(first.errors()).isEmpty();
        setup.files().requireOnly(List.of(kept));
        AgentProcess second = setup.start();
        assertThat(second.images().list())
                .extracting(image -> image.path("name").asText())
                .containsExactly("kept");
        second.images().upload("begun", file);
        second.terminate();
    }

    @Test
    void requestWhoseBodyNeverComesLeavesTimeToCloseThePool() throws IOException {
        // Given
        AgentSetup setup = WORKSPACE.agent("waiting").with("scrubjay.shutdown.grace", "20s");
        AgentProcess first = setup.start();
        JsonNode kept = first.images().upload("kept", file);
        URI address = first.images().agent().address();

        // When
        try (Socket volume = new Socket(address.getHost(), address.getPort());
                SilentUpload upload = SilentUpload.begin(first.images(), "begun", "not much")) {
            volume.getOutputStream()
                    .write(("POST /v1/volumes HTTP/1.1\r\nHost: agent\r\nContent-Type: application/json\r\n"
                                    + "Content-Length: 100\r\n\r\n{")
                            .getBytes(StandardCharsets.US_ASCII));
            first.askToEnd();
            awaitNotReady(first);
            upload.requireProblem(503, "busy");
            first.requireOrderlyEnd();
        }

        // Then
        assertThat(first.errors()).isEmpty();
        assertThat(first.log())
                .contains("did not finish in time")
                .doesNotContain("an operation on the pool did not end in time");
        setup.files().requireOnly(List.of(kept));
    }

    @Test
    void volumeWriteUnderWayFinishesWhileNoOtherBegins() throws IOException {
        // Given
        AgentSetup setup = WORKSPACE.agent("writing");
        AgentProcess first = setup.start();
        VolumeScenarios.create(first, "{\"name\":\"v\",\"sizeBytes\":" + 12 * MIB + "}");
        byte[] bytes = Files.readAllBytes(file);
        CurlRun write = first.curl("/v1/volumes/v/content")
                .with("-T", "-", "-H", "Content-Range: bytes 0-" + (12 * MIB - 1) + "/*")
                .start();
        write.send(Arrays.copyOf(bytes, 5 * MIB));
        await("the write").until(() -> writesUnderWay(first) == 1);

        // When
        first.askToEnd();
        awaitNotReady(first);
        CurlAnswer another = VolumeScenarios.put(first, "v", 0, file);
        write.send(Arrays.copyOfRange(bytes, 5 * MIB, 12 * MIB));
        CurlAnswer begun = write.await();
        first.requireOrderlyEnd();

        // Then
        another.requireProblem(503, "busy");
        begun.require(204);
        AgentProcess second = setup.start();
        assertThat(Files.mismatch(file, VolumeScenarios.content(second, "/v1/volumes/v")))
                .isEqualTo(-1);
        second.terminate();
    }

    /** More than the sockets hold: without a reader the agent has bytes left to send. */
    @Test
    void downloadUnderWayFinishesWhileNoOtherBegins() throws IOException {
        // Given
        Path large = SparseFile.writeDense(WORKSPACE.fresh("large"), SEED, 24 * MIB);
        AgentProcess agent = WORKSPACE.agent("sending").start();
        agent.images().upload("kept", large);
        URLConnection begun =
                agent.address().resolve("/v1/images/kept/content").toURL().openConnection();

        // When
        ByteArrayOutputStream received = new ByteArrayOutputStream();
        CurlAnswer another;
        try (InputStream bytes = begun.getInputStream()) {
            received.writeBytes(bytes.readNBytes(MIB));
            agent.askToEnd();
            awaitNotReady(agent);
            another = agent.curl("/v1/images/kept/content").run();
            received.writeBytes(bytes.readAllBytes());
        }
        agent.requireOrderlyEnd();

        // Then
        another.requireProblem(503, "busy");
        assertThat(received.toByteArray()).isEqualTo(Files.readAllBytes(large));
        assertThat(agent.errors()).isEmpty();
        assertThat(agent.log()).doesNotContain("did not finish in time");
    }

    private static long writesUnderWay(AgentProcess agent) throws IOException {
        String metrics =
                Files.readString(agent.curl("/q/metrics").run().require(200).body());
        return metrics.lines()
                .filter(line -> line.startsWith("scrubjay_volume_writes_running"))
                .map(line -> line.substring(line.lastIndexOf(' ') + 1))
                .mapToLong(value -> (long) Double.parseDouble(value))
                .sum();
    }

    @Test
    void scrubUnderWayStopsAndSaysWhere() {
        // Given
        AgentSetup setup = WORKSPACE.agent("scrubbing");
        AgentProcess first = setup.with("scrubjay.scrub.rate-limit", "1M").start();
        first.images().upload("read", file);
        String run = "/v1/scrub/runs/"
                + VolumeScenarios.post(first, "/v1/scrub/runs", "{\"target\":\"*\",\"level\":\"deep\"}")
                        .require(202)
                        .json()
                        .path("id")
                        .asText();
        await("the scrub's second chunk")
                .until(() -> VolumeScenarios.get(first, run)
                                .path("position")
                                .path("chunk")
                                .asLong()
                        >= 1);

        // When
        first.terminate();

        // Then
        AgentProcess second = setup.start();
        JsonNode record = VolumeScenarios.get(second, run);
        long chunk = record.path("position").path("chunk").asLong();
        assertThat(record.path("state").asText()).isEqualTo("failed");
        assertThat(chunk).isBetween(1L, 10L);
        assertThat(record.path("message").asText()).isEqualTo("the agent stopped at chunk " + chunk + " of read");
        assertThat(first.log()).contains("the agent stopped at chunk " + chunk + " of read");
        second.terminate();
    }

    /** The default grace period has half a minute for work under way: it is not waited for when there is none. */
    @Test
    void agentWithoutWorkEndsAtOnce() {
        // Given
        AgentProcess agent = WORKSPACE.agent("idle").start();
        agent.images().upload("kept", file);

        // When
        long begin = System.nanoTime();
        agent.terminate();
        long tookMillis = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - begin);

        // Then
        System.out.println("an idle agent ended within " + tookMillis + " ms");
        assertThat(tookMillis).isLessThan(15_000);
    }
}
