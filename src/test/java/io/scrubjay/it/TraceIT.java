// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.it;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.TimeUnit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/** Traces of the built agent: to a collector where one is configured, nowhere else. */
@Timeout(value = 5, unit = TimeUnit.MINUTES)
class TraceIT {
    @RegisterExtension
    static final Workspace WORKSPACE = Workspace.of(TraceIT.class);

    private static final String TRACE = "5ca1ab1e0ddba11ca5cade0fdecade17";

    private final Path file = SparseFile.writeDense(WORKSPACE.fresh("file"), TestChoice.seed(TraceIT.class), 1 << 20);

    private static AgentProcess traced(TraceCollector collector, String name) {
        return WORKSPACE
                .agent(name)
                .with("quarkus.otel.sdk.disabled", "false")
                .with("quarkus.otel.exporter.otlp.endpoint", collector.endpoint())
                .with("quarkus.otel.bsp.schedule.delay", "100ms")
                .start();
    }

    @Test
    void anUploadIsPartOfItsSendersTrace() throws Exception {
        try (TraceCollector collector = new TraceCollector()) {
            // Given
            AgentProcess agent = traced(collector, "traced");
            // When
            ImageClient.requireReady(agent.images()
                    .content("disk")
                    .with("-H", "traceparent: 00-" + TRACE + "-0123456789abcdef-01")
                    .sending(file)
                    .run());
            // Then
            await().atMost(Duration.ofSeconds(30))
                    .until(() -> collector.received().contains("ingest commit"));
            String trace = new String(HexFormat.of().parseHex(TRACE), StandardCharsets.ISO_8859_1);
            assertThat(collector.received())
                    .contains(
                            "scrubjay", "ingest receive", "ingest prove-head", "ingest prove-snapshot", "disk", trace);
            agent.terminate();
            assertThat(agent.errors()).isEmpty();
        }
    }

    @Test
    void theSignatureOfAnUploadUrlIsInNoSpan() throws Exception {
        try (TraceCollector collector = new TraceCollector()) {
            // Given
            AgentProcess agent = traced(collector, "signed");
            // When
            for (String key : List.of("signature", "SIGNATURE", "%73ignature")) {
                agent.images()
                        .content("disk", "expires=1&" + key + "=c2VjcmV0")
                        .sending(file)
                        .run();
            }
            // Then
            await().atMost(Duration.ofSeconds(30))
                    .until(() -> collector.received().contains("url.query"));
            agent.terminate();
            assertThat(collector.received()).contains("(left out)").doesNotContain("c2VjcmV0");
        }
    }

    @Test
    void nothingIsSentWhereNobodyAskedForIt() throws Exception {
        try (TraceCollector collector = new TraceCollector()) {
            // Given
            AgentProcess agent = WORKSPACE
                    .agent("untraced")
                    .with("quarkus.otel.exporter.otlp.endpoint", collector.endpoint())
                    .with("quarkus.otel.bsp.schedule.delay", "100ms")
                    .start();
            // When
            agent.images().upload("disk", file);
            // An orderly end sends what is left.
            agent.terminate();
            // Then
            assertThat(collector.received()).isEmpty();
        }
    }
}
