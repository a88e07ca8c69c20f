// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.api.scrub;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.datatype.jdk8.Jdk8Module;
import com.fasterxml.jackson.datatype.jsr310.JavaTimeModule;
import io.scrubjay.block.ByteRange;
import io.scrubjay.image.ImageKey;
import io.scrubjay.image.ScrubLevel;
import io.scrubjay.manifest.ResourceName;
import io.scrubjay.refusal.Refusal;
import io.scrubjay.refusal.RefusedException;
import io.scrubjay.scrub.Finding;
import io.scrubjay.scrub.FindingKind;
import io.scrubjay.scrub.RunId;
import io.scrubjay.scrub.RunOrigin;
import io.scrubjay.scrub.RunProgress;
import io.scrubjay.scrub.RunReport;
import io.scrubjay.scrub.ScrubRunState;
import io.scrubjay.scrub.ScrubTarget;
import org.junit.jupiter.api.Test;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.UUID;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

class ScrubViewTest {
    private static final Instant START = Instant.parse("2026-01-05T03:00:00Z");

    private final ObjectMapper json = new ObjectMapper()
            .registerModules(new Jdk8Module(), new JavaTimeModule())
            .disable(SerializationFeature.WRITE_DATES_AS_TIMESTAMPS);

    private static RunReport running() {
        Finding finding = new Finding(
                ImageKey.ofImage(ResourceName.parse("disk")),
                FindingKind.MISMATCH,
                OptionalLong.of(3),
                new ByteRange(3 << 20, 1 << 20),
                Optional.of("crc32c:0000000a"),
                Optional.of("crc32c:0000000b"));
        return new RunReport(
                new RunId(new UUID(1, 2)),
                new RunReport.Order(ScrubTarget.EVERYTHING, ScrubLevel.LIGHT, RunOrigin.REQUEST),
                new ScrubRunState.Queued(START).running(START.plusSeconds(1)),
                new RunProgress(2, 1, 0, 400, 100, 0, Duration.ofSeconds(10)),
                Optional.of(new RunReport.Position(ResourceName.parse("disk"), 3)),
                1,
                List.of(finding));
    }

    @Test
    void runSaysWhatItDoesAndHowFarItIs() {
        JsonNode run = json.valueToTree(ScrubRunView.of(running()));

        assertThat(run.get("id").asText()).isEqualTo("00000000-0000-0001-0000-000000000002");
        assertThat(run.get("target").asText()).isEqualTo("*");
        assertThat(run.get("level").asText()).isEqualTo("light");
        assertThat(run.get("state").asText()).isEqualTo("running");
        assertThat(run.get("startedAt").asText()).isEqualTo("2026-01-05T03:00:01Z");
        assertThat(run.get("finishedAt").isNull()).isTrue();
        assertThat(run.get("bytesRead").asLong()).isEqualTo(100);
        assertThat(run.get("bytesTotal").asLong()).isEqualTo(400);
        assertThat(run.get("progress").asDouble()).isEqualTo(0.25);
        assertThat(run.get("bytesPerSecond").asLong()).isEqualTo(10);
        assertThat(run.get("etaSeconds").asLong()).isEqualTo(30);
        assertThat(run.get("position").get("chunk").asLong()).isEqualTo(3);
    }

    @Test
    void findingNamesChunkAndBytes() throws Exception {
        JsonNode run = json.readTree(json.writeValueAsString(ScrubRunView.of(running())));

        assertThat(run.get("findings")).isEqualTo(json.readTree("""
                                [{"target":"image/disk","chunk":3,"offsetBytes":3145728,"lengthBytes":1048576,
                                  "finding":"mismatch","expected":"crc32c:0000000a","actual":"crc32c:0000000b"}]
                                """));
    }

    @Test
    void listLeavesFindingsOut() {
        JsonNode run = json.valueToTree(ScrubRunView.summary(running()));

        assertThat(run.has("findings")).isFalse();
        assertThat(run.get("findingsTotal").asLong()).isEqualTo(1);
    }

    @Test
    void orderNeedsTargetAndKnownLevel() throws Exception {
        for (String body : List.of("{}", "{\"target\":\"*\"}", "{\"target\":\"*\",\"level\":\"thorough\"}")) {
            ScrubRunOrder order = json.readValue(body, ScrubRunOrder.class);

            assertThatThrownBy(order::order)
                    .as(body)
                    .isInstanceOfSatisfying(
                            RefusedException.class,
                            refused -> assertThat(refused.refusal()).isEqualTo(Refusal.INVALID_REQUEST));
        }
    }

    @Test
    void orderIsReadAsItIsWritten() throws Exception {
        ScrubRunOrder order = json.readValue("{\"target\":\"image/disk\",\"level\":\"deep\"}", ScrubRunOrder.class);

        assertThat(order.order())
                .isEqualTo(new RunReport.Order(
                        ScrubTarget.of(ResourceName.parse("disk")), ScrubLevel.DEEP, RunOrigin.REQUEST));
    }
}
