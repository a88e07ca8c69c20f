// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.it;

import io.scrubjay.gate.Http2Frames;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

import javax.net.ssl.SSLContext;

import java.nio.file.Files;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.concurrent.TimeUnit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

/** Clients that let an answer over HTTP/2 come slowly, or not at all, as HTTP/2 lets them say. */
@Timeout(value = 5, unit = TimeUnit.MINUTES)
class SlowHttp2IT {
    @RegisterExtension
    static final Workspace WORKSPACE = Workspace.of(SlowHttp2IT.class);

    private static final String DOWNLOAD = "/v1/images/image/content";
    private static final int IMAGE_BYTES = 3 << 20;
    private static final int STEP_BYTES = 16 << 10;
    private static final int EVERYTHING = 64 << 20;
    private static final Duration STALL_TIMEOUT = Duration.ofSeconds(6);

    private static AgentProcess agent;
    private static SSLContext trust;

    @BeforeAll
    static void start() throws Exception {
        Certificates certificates = new Certificates(Files.createDirectories(WORKSPACE.file("tls")));
        agent = FramingIT.overTls(WORKSPACE, "agent", certificates)
                .with("scrubjay.download.concurrency-max", "1")
                .with("scrubjay.download.stall-timeout", STALL_TIMEOUT.toString())
                .start();
        trust = FramingIT.trusting(certificates);
        byte[] image = new byte[IMAGE_BYTES];
        Arrays.fill(image, (byte) 'a');
        agent.curl(DOWNLOAD)
                .with("-k", "-X", "PUT", "--data-binary", "@" + Files.write(WORKSPACE.file("image"), image))
                .run()
                .require(201);
    }

    @AfterAll
    static void stop() {
        agent.terminate();
    }

    @Test
    void slowDownloadIsNotCut() throws Exception {
        // Given
        try (Http2Frames client = Http2FramingIT.connect(trust, agent)) {
            client.last(Http2Frames.head("GET", DOWNLOAD));

            // When
            Instant end = Instant.now().plus(STALL_TIMEOUT.multipliedBy(2));
            while (Instant.now().isBefore(end)) {
                client.open(STEP_BYTES);
                Thread.sleep(500);
            }

            // Then
            assertThat(client.open(EVERYTHING).answer()).hasSize(IMAGE_BYTES);
        }
    }

    @Test
    void downloadOfAClientThatTakesNothingGivesItsPlaceBack() throws Exception {
        // Given
        try (Http2Frames client = Http2FramingIT.connect(trust, agent)) {
            client.last(Http2Frames.head("GET", DOWNLOAD));

            // When
            assertThatThrownBy(client::answer)
                    .isInstanceOf(AssertionError.class)
                    .hasMessageContaining("the agent has cut the request with error 2");

            // Then
            await().atMost(Duration.ofMinutes(1))
                    .until(() -> agent.curl(DOWNLOAD).with("-k").run().status() == 200);
        }
    }

    @Test
    void eventsOfAClientThatTakesNothingGiveTheirPlaceBack() throws Exception {
        // Given
        try (Http2Frames client = Http2Frames.takingNothing(Http2FramingIT.socket(trust, agent))) {
            // When
            client.last(Http2Frames.head("GET", "/v1/images/image/events"));

            // Then
            assertThatThrownBy(client::answer)
                    .isInstanceOf(AssertionError.class)
                    .hasMessageContaining("the agent has cut the request with error 2 after 0 characters");
            Curl metrics = new Curl(WORKSPACE, agent.management().resolve("/q/metrics")).with("-k");
            await().atMost(Duration.ofMinutes(1))
                    .until(() -> metrics.run().require(200).text().contains("\nscrubjay_event_streams_running 0.0\n"));
        }
    }
}
