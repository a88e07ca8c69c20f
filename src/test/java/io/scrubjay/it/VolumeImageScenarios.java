// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.it;

import com.fasterxml.jackson.databind.JsonNode;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;

import static org.assertj.core.api.Assertions.assertThat;

/** Images of volumes and snapshots as a user with curl sees them, over any engine. */
@Timeout(value = 5, unit = TimeUnit.MINUTES)
abstract class VolumeImageScenarios {
    private static final int MIB = 1 << 20;
    private static final int ROUNDS = 3;
    private static final long EXPECTED_MILLIS = 400;

    private final long seed = TestChoice.seed(getClass());

    abstract Workspace workspace();

    /** An agent with an empty pool of its own, on the engine under test. */
    abstract AgentSetup setup(String name) throws IOException;

    private Path data(int number, int length) throws IOException {
        byte[] bytes = new byte[length];
        new Random(seed + number).nextBytes(bytes);
        return Files.write(workspace().fresh("bytes"), bytes);
    }

    /** A volume {@code v} of some mebibytes, a part of which is written, and a snapshot {@code s} of an earlier state. */
    void fill(AgentProcess agent, int mebibytes) throws IOException {
        VolumeScenarios.create(agent, "{\"name\":\"v\",\"sizeBytes\":" + (long) mebibytes * MIB + "}");
        VolumeScenarios.put(agent, "v", 0, data(1, mebibytes * MIB / 4)).require(204);
        VolumeScenarios.put(agent, "v", mebibytes * MIB / 2 + 5, data(2, mebibytes * MIB / 4 + 11))
                .require(204);
        VolumeScenarios.post(agent, "/v1/volumes/v/snapshots", "{\"name\":\"s\"}")
                .require(201);
        VolumeScenarios.put(agent, "v", MIB - 1, data(3, MIB + 7)).require(204);
    }

    /** The request for an image of the volume {@code v} or the snapshot {@code s}, not sent yet. */
    static Curl order(AgentProcess agent, String name, Kind kind) {
        return agent.curl("/v1/images")
                .with(
                        "-H",
                        "Content-Type: application/json",
                        "-d",
                        "{\"name\":\"" + name + "\",\"source\":{\"type\":\"" + kind.word + "\",\"" + kind.word + "\":\""
                                + kind.source + "\"}}");
    }

    /** What an image is made from. */
    enum Kind {
        VOLUME("volume", "v"),
        SNAPSHOT("snapshot", "s");

        private final String word;
        private final String source;

        Kind(String word, String source) {
            this.word = word;
            this.source = source;
        }

        String path() {
            return "/v1/" + word + "s/" + source;
        }
    }

    private static void requireBytes(AgentProcess agent, String path, Path expected) throws IOException {
        Path content = VolumeScenarios.content(agent, path);
        assertThat(Files.mismatch(content, expected)).as(path).isEqualTo(-1);
        Files.delete(content);
    }

    @Test
    void anImageOfAVolumeOrSnapshotIsTheUploadOfTheSameBytes() throws IOException {
        // Given
        AgentSetup setup = setup("images");
        AgentProcess first = setup.start();
        fill(first, 12);
        Path volume = VolumeScenarios.content(first, Kind.VOLUME.path());
        Path snapshot = VolumeScenarios.content(first, Kind.SNAPSHOT.path());
        // When
        order(first, "of-volume", Kind.VOLUME).run().require(202);
        VolumeScenarios.put(first, "v", 0, data(4, 12 * MIB)).require(204);
        order(first, "of-snapshot", Kind.SNAPSHOT).run().require(202);
        // Then
        requireSameAsUpload(first, "of-volume", volume);
        requireSameAsUpload(first, "of-snapshot", snapshot);
        VolumeScenarios.delete(first, Kind.VOLUME.path());
        JsonNode before = first.images().get("of-volume");
        first.terminate();
        AgentProcess second = setup.start();
        assertThat(second.images().get("of-volume")).isEqualTo(before);
        requireBytes(second, "/v1/images/of-volume", volume);
        requireBytes(second, "/v1/images/of-snapshot", snapshot);
        VolumeScenarios.create(second, "{\"name\":\"clone\",\"fromImage\":\"of-snapshot\"}");
        requireBytes(second, "/v1/volumes/clone", snapshot);
        assertThat(second.errors()).isEmpty();
        second.terminate();
    }

    private static void requireSameAsUpload(AgentProcess agent, String name, Path bytes) throws IOException {
        JsonNode image = agent.images().awaitState(name, "ready");
        JsonNode upload = agent.images().upload("upload-" + name, bytes);
        assertThat(image.path("contentDigest")).isEqualTo(upload.path("contentDigest"));
        assertThat(image.path("contentDigest").asText())
                .isEqualTo(NaiveImage.of(bytes).contentDigest());
        assertThat(image.path("virtualSizeBytes")).isEqualTo(upload.path("virtualSizeBytes"));
        assertThat(image.path("verified").path("snapshot")).isEqualTo(image.path("contentDigest"));
        assertThat(image.path("verified").path("stream").isTextual()).isFalse();
        assertThat(VolumeScenarios.get(agent, "/v1/images/" + name + "/manifest")
                        .path("leaves"))
                .isEqualTo(VolumeScenarios.get(agent, "/v1/images/upload-" + name + "/manifest")
                        .path("leaves"));
        requireBytes(agent, "/v1/images/" + name, bytes);
    }

    /** What a kill hits depends on the machine as well; its moment is chosen from the seed. */
    @Test
    void aKillLeavesWholeImagesAndNothingElse() throws IOException {
        // Given
        AgentSetup setup = setup("killed");
        SplittableRandom random = new SplittableRandom(seed);
        KillTiming timing = new KillTiming(EXPECTED_MILLIS);
        Map<String, Kind> expected = new TreeMap<>();
        AgentProcess agent = setup.start();
        fill(agent, 24);
        Map<Kind, Path> sources = Map.of(
                Kind.VOLUME,
                VolumeScenarios.content(agent, Kind.VOLUME.path()),
                Kind.SNAPSHOT,
                VolumeScenarios.content(agent, Kind.SNAPSHOT.path()));
        for (int round = 0; round < ROUNDS * TestChoice.scale(); round++) {
            Kind kind = Kind.values()[round % 2];
            String name = "i" + round;
            // When
            CurlRun order = order(agent, name, kind).start();
            KillLane.pause(timing.delayNanos(random));
            agent.kill9();
            int status = order.await().status();
            agent = setup.start();
            // Then
            assertThat(status).as("status of %s", name).isIn(0, 202);
            if (agent.images().find(name).isPresent()) {
                timing.wasFinished();
            } else {
                timing.wasUndone();
                requireOnly(agent, expected, sources);
                order(agent, name, kind).run().require(202);
                agent.images().awaitState(name, "ready");
            }
            expected.put(name, kind);
            requireOnly(agent, expected, sources);
        }
        requireNothingIsLeft(agent, expected);
        agent.terminate();
        System.out.println(getClass().getSimpleName() + ": " + timing);
    }

    /** All of these are there, whole, and nothing else is; nor are their sources harmed. */
    private static void requireOnly(AgentProcess agent, Map<String, Kind> expected, Map<Kind, Path> sources)
            throws IOException {
        List<JsonNode> images = agent.images().list();
        assertThat(images)
                .extracting(image -> image.path("name").asText())
                .containsExactlyElementsOf(expected.keySet());
        for (JsonNode image : images) {
            Path source = sources.get(expected.get(image.path("name").asText()));
            assertThat(image.path("state").asText()).as(image.toString()).isEqualTo("ready");
            assertThat(image.path("contentDigest").asText())
                    .isEqualTo(NaiveImage.of(source).contentDigest());
            requireBytes(agent, "/v1/images/" + image.path("name").asText(), source);
        }
        for (Kind kind : Kind.values()) {
            requireBytes(agent, kind.path(), sources.get(kind));
        }
        if (agent.setup().hasFiles()) {
            // The volume and its label; the snapshot and each image have their bytes and a manifest.
            assertThat(agent.pool().volumes()).hasSize(2 * (2 + images.size()));
        }
    }

    private static void requireNothingIsLeft(AgentProcess agent, Map<String, Kind> images) {
        images.keySet().forEach(name -> agent.images().delete(name).require(204));
        VolumeScenarios.delete(agent, Kind.SNAPSHOT.path());
        VolumeScenarios.delete(agent, Kind.VOLUME.path());
        Awaitility.await("an empty pool")
                .atMost(Duration.ofMinutes(1))
                .until(() ->
                        VolumeScenarios.get(agent, "/v1/pool").path("usedBytes").asLong() == 0);
    }
}
