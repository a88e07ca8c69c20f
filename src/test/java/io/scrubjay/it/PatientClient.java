// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.it;

import com.fasterxml.jackson.databind.JsonNode;
import org.awaitility.Awaitility;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.Set;
import java.util.function.Predicate;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * A client of an agent whose device is slow at times: what has to succeed it asks for until it does. Immutable.
 *
 * @param disk the file that the image {@code disk} was made of
 */
record PatientClient(AgentProcess agent, Path disk) {
    private static final Duration PATIENCE = Duration.ofMinutes(2);
    private static final Duration POLL = Duration.ofMillis(50);
    private static final String MAX_SECONDS = "90";
    private static final Set<String> OPEN_RUNS = Set.of("queued", "running", "paused");

    /** A request for this path, which is given up when no answer comes by far too long. */
    Curl request(String path) {
        return agent.curl(path).with("--max-time", MAX_SECONDS);
    }

    Curl deletion(String path) {
        return request(path).with("-X", "DELETE");
    }

    Curl post(String path, String json) {
        return request(path).with("-H", "Content-Type: application/json", "-d", json);
    }

    /** The upload of {@code disk} under this name. */
    Curl upload(String name) {
        return request("/v1/images/" + name + "/content?format=raw").sending(disk);
    }

    /** Asks until the answer has one of these statuses. */
    CurlAnswer until(Curl request, Integer... statuses) {
        Set<Integer> wanted = Set.of(statuses);
        return Awaitility.await("an answer " + wanted)
                .atMost(PATIENCE)
                .pollInterval(POLL)
                .until(request::run, answer -> answer.exit() == 0 && wanted.contains(answer.status()));
    }

    JsonNode get(String path) {
        return until(request(path), 200).json();
    }

    /** Orders a scrub, and waits for its end: the answer has the run. */
    CurlAnswer scrub(String target) {
        CurlAnswer ordered = post("/v1/scrub/runs", "{\"target\":\"" + target + "\",\"level\":\"deep\"}")
                .run();
        if (ordered.status() != 202) {
            return ordered;
        }
        String id = ordered.json().path("id").asText();
        return ended(
                "/v1/scrub/runs/" + id,
                answer -> !OPEN_RUNS.contains(answer.json().path("state").asText()));
    }

    /** Orders a job of a volume, and waits for its end: the answer has the volume. */
    CurlAnswer job(String volume, String kind) {
        CurlAnswer ordered = request(volume + "/" + kind).with("-X", "POST").run();
        return ordered.status() == 202
                ? ended(
                        volume,
                        answer -> !answer.json()
                                .path("job")
                                .path("state")
                                .asText()
                                .equals("running"))
                : ordered;
    }

    private CurlAnswer ended(String path, Predicate<CurlAnswer> end) {
        return Awaitility.await("the end of " + path)
                .atMost(PATIENCE)
                .pollInterval(POLL)
                .until(() -> request(path).run(), answer -> answer.status() == 200 && end.test(answer));
    }

    void ensureImage(String name) {
        if (request("/v1/images/" + name).run().status() != 200) {
            until(upload(name), 201, 409);
        }
        requireDisk("/v1/images/" + name);
    }

    void ensureVolume(String name) {
        until(post("/v1/volumes", "{\"name\":\"" + name + "\",\"sizeBytes\":\"4M\"}"), 201, 409);
        get("/v1/volumes/" + name);
    }

    void ensureSnapshot(String name) {
        until(post("/v1/volumes/vm/snapshots", "{\"name\":\"" + name + "\"}"), 201, 409);
        get("/v1/snapshots/" + name);
    }

    /** Sees to it that nothing is there: a name is free at once, or once the device has answered. */
    void ensureNone(String path) {
        until(deletion(path), 204, 404);
        requireNone(path);
    }

    void requireNone(String path) {
        until(request(path), 404);
    }

    /** Fails unless an image or volume is there with the bytes of {@code disk}. */
    void requireDisk(String path) {
        assertThat(get(path).path("state").asText()).as(path).isEqualTo("ready");
        requireDiskBytes(until(request(path + "/content"), 200), 0, diskBytes());
    }

    long diskBytes() {
        try {
            return Files.size(disk);
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    /** Fails unless an answer has these bytes of {@code disk}. */
    void requireDiskBytes(CurlAnswer answer, long from, long to) {
        try {
            byte[] expected = Arrays.copyOfRange(Files.readAllBytes(disk), (int) from, (int) to);
            assertThat(Arrays.equals(Files.readAllBytes(answer.body()), expected))
                    .as("bytes of %s", answer)
                    .isTrue();
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }
}
