// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.it;

import com.fasterxml.jackson.databind.JsonNode;
import org.awaitility.Awaitility;

import java.time.Duration;
import java.util.List;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.stream.StreamSupport;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * The scrubs of an agent, as a user with curl sees them. Immutable.
 *
 * @param agent the one that is asked
 */
record Scrubs(AgentProcess agent) {
    private static final Duration PATIENCE = Duration.ofMinutes(2);
    private static final Duration POLL = Duration.ofMillis(100);

    /** Scrubs an image, or {@code *}, and gives the run when it has finished. */
    JsonNode run(String target, String level) {
        return ended(target, level, "finished");
    }

    /** The same of one that cannot tell of everything what it holds. */
    JsonNode failing(String target, String level) {
        return ended(target, level, "failed");
    }

    private JsonNode ended(String target, String level, String state) {
        CurlAnswer ordered = agent.curl("/v1/scrub/runs")
                .with("-H", "Content-Type: application/json")
                .with("-d", "{\"target\":\"" + target + "\",\"level\":\"" + level + "\"}")
                .run()
                .require(202);
        String id = ordered.json().path("id").asText();
        assertThat(ordered.header("Location").orElse("")).endsWith("/v1/scrub/runs/" + id);
        JsonNode run = Awaitility.await("scrub " + id)
                .atMost(PATIENCE)
                .pollInterval(POLL)
                .until(
                        () -> agent.curl("/v1/scrub/runs/" + id)
                                .run()
                                .require(200)
                                .json(),
                        seen -> !List.of("queued", "running", "paused")
                                .contains(seen.path("state").asText()));
        assertThat(run.path("state").asText()).as("state of %s", run).isEqualTo(state);
        return run;
    }

    static List<JsonNode> findings(JsonNode run) {
        return StreamSupport.stream(run.path("findings").spliterator(), false).toList();
    }

    /** The chunks a run found damaged, each said to be where chunks are. */
    static SortedSet<Long> chunks(JsonNode run, String target) {
        SortedSet<Long> chunks = new TreeSet<>();
        for (JsonNode finding : findings(run)) {
            long chunk = finding.path("chunk").asLong();
            assertThat(finding.path("target").asText())
                    .as("target of %s", finding)
                    .isEqualTo(target);
            assertThat(finding.path("offsetBytes").asLong())
                    .as("offset of %s", finding)
                    .isEqualTo(chunk * NaiveImage.CHUNK_BYTES);
            assertThat(finding.path("lengthBytes").asLong())
                    .as("length of %s", finding)
                    .isBetween(1L, (long) NaiveImage.CHUNK_BYTES);
            assertThat(chunks.add(chunk)).as("%s is said once", finding).isTrue();
        }
        return chunks;
    }
}
