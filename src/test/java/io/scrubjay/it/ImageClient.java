// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.it;

import com.fasterxml.jackson.databind.JsonNode;
import org.awaitility.Awaitility;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.stream.StreamSupport;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * The images of an agent, as a user with curl sees them. Immutable.
 *
 * @param agent the one that is asked
 */
record ImageClient(AgentProcess agent) {
    private static final Duration PATIENCE = Duration.ofMinutes(2);
    private static final Duration POLL = Duration.ofMillis(100);

    /** The bytes of an image: a download, or an upload once it is told what to send. */
    Curl content(String name) {
        return agent.curl("/v1/images/" + name + "/content");
    }

    /** The same with a query. */
    Curl content(String name, String query) {
        return agent.curl("/v1/images/" + name + "/content?" + query);
    }

    /** Uploads a file, which has to become a ready image. */
    JsonNode upload(String name, Path file) {
        return requireReady(content(name).sending(file).run());
    }

    /** The image in an answer that says it is ready. */
    static JsonNode requireReady(CurlAnswer answer) {
        JsonNode image = answer.require(201).json();
        assertThat(image.path("state").asText()).as("state of %s", image).isEqualTo("ready");
        return image;
    }

    /** The image as the agent shows it, which must be there. */
    JsonNode get(String name) {
        return agent.curl("/v1/images/" + name).run().require(200).json();
    }

    Optional<JsonNode> find(String name) {
        CurlAnswer answer = agent.curl("/v1/images/" + name).run();
        if (answer.status() == 404) {
            answer.requireProblem(404, "image-not-found");
            return Optional.empty();
        }
        return Optional.of(answer.require(200).json());
    }

    List<JsonNode> list() {
        JsonNode list = agent.curl("/v1/images").run().require(200).json();
        return StreamSupport.stream(list.spliterator(), false).toList();
    }

    /** The image's bytes, in a file. */
    Path download(String name) {
        CurlAnswer answer = content(name).run().require(200);
        return answer.body();
    }

    /** The request to delete an image, not sent yet. */
    Curl deletion(String name) {
        return agent.curl("/v1/images/" + name).with("-X", "DELETE");
    }

    CurlAnswer delete(String name) {
        return deletion(name).run();
    }

    JsonNode awaitState(String name, String state) {
        return await(name, image -> image.path("state").asText().equals(state));
    }

    /** Waits until the agent has got this many bytes of an upload. */
    JsonNode awaitReceived(String name, long bytes) {
        return await(name, image -> image.path("receivedBytes").asLong() >= bytes);
    }

    private JsonNode await(String name, Predicate<JsonNode> condition) {
        return Awaitility.await("image " + name)
                .atMost(PATIENCE)
                .pollInterval(POLL)
                .until(() -> find(name), found -> found.filter(condition).isPresent())
                .orElseThrow();
    }
}
