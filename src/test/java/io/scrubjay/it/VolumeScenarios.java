// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.it;

import com.fasterxml.jackson.databind.JsonNode;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.Random;
import java.util.concurrent.TimeUnit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/** Volumes and snapshots as a user with curl sees them, over any engine. */
@Timeout(value = 5, unit = TimeUnit.MINUTES)
abstract class VolumeScenarios {

    private static final int MIB = 1 << 20;

    private final long seed = TestChoice.seed(getClass());

    abstract Workspace workspace();

    /** An agent with an empty pool of its own, on the engine under test. */
    abstract AgentSetup setup(String name) throws IOException;

    /** A file that a volume has to be like. */
    private record Model(Path file) {
        static Model zeroes(Path file, long length) throws IOException {
            try (FileChannel channel =
                    FileChannel.open(file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
                channel.write(ByteBuffer.allocate(1), length - 1);
            }
            return new Model(file);
        }

        void write(long offset, Path bytes) throws IOException {
            try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
                channel.write(ByteBuffer.wrap(Files.readAllBytes(bytes)), offset);
            }
        }
    }

    static CurlAnswer post(AgentProcess agent, String path, String json) {
        return agent.curl(path)
                .with("-H", "Content-Type: application/json", "-d", json)
                .run();
    }

    static JsonNode create(AgentProcess agent, String json) {
        return post(agent, "/v1/volumes", json).require(201).json();
    }

    static JsonNode get(AgentProcess agent, String path) {
        return agent.curl(path).run().require(200).json();
    }

    static void delete(AgentProcess agent, String path) {
        agent.curl(path).with("-X", "DELETE").run().require(204);
    }

    static CurlAnswer put(AgentProcess agent, String volume, long offset, Path bytes) throws IOException {
        return agent.curl("/v1/volumes/" + volume + "/content")
                .with("-H", "Content-Range: bytes " + offset + "-" + (offset + Files.size(bytes) - 1) + "/*")
                .sending(bytes)
                .run();
    }

    static Path content(AgentProcess agent, String path) {
        return agent.curl(path + "/content").run().require(200).body();
    }

    private static void requireSame(AgentProcess agent, String path, Path expected) throws IOException {
        assertThat(Files.mismatch(content(agent, path), expected)).as(path).isEqualTo(-1);
    }

    Path random(int number, int length) throws IOException {
        byte[] bytes = new byte[length];
        new Random(seed + number).nextBytes(bytes);
        return Files.write(workspace().fresh("bytes"), bytes);
    }

    @Test
    void everythingThatWasAnsweredOutlivesAKill() throws IOException {
        // Given
        AgentSetup setup = setup("volumes");
        AgentProcess first = setup.start();
        Path image = SparseFile.write(workspace().fresh("image"), seed, 5 * MIB + 12_345);
        first.images().upload("base", image);
        Model thin = Model.zeroes(workspace().fresh("thin"), 16 * MIB);
        create(first, "{\"name\":\"thin\",\"sizeBytes\":" + 16 * MIB + ",\"provisioning\":\"thin\"}");
        JsonNode thick = create(first, "{\"name\":\"thick\",\"sizeBytes\":" + 2 * MIB + ",\"provisioning\":\"thick\"}");
        assertThat(thick.path("allocatedBytes").asLong()).isEqualTo(2 * MIB);

        // When
        long[] offsets = {1, 65_535, 3 * MIB - 17, 9 * MIB + 4096};
        int[] lengths = {1, 2, 2 * MIB + 5, 8192};
        for (int i = 0; i < offsets.length; i++) {
            Path bytes = random(i, lengths[i]);
            put(first, "thin", offsets[i], bytes).require(204);
            thin.write(offsets[i], bytes);
        }
        JsonNode snapshot = post(first, "/v1/volumes/thin/snapshots", "{\"name\":\"monday\"}")
                .require(201)
                .json();
        Path monday = Files.copy(thin.file(), workspace().fresh("monday"));
        Path more = random(9, 100_000);
        put(first, "thin", 5 * MIB, more).require(204);
        thin.write(5 * MIB, more);
        create(first, "{\"name\":\"clone\",\"fromImage\":\"base\"}");
        Path start = random(10, 10);
        put(first, "clone", 0, start).require(204);
        first.curl("/v1/volumes/thin")
                .with("-X", "PATCH", "-H", "Content-Type: application/json", "-d", "{\"sizeBytes\":" + 20 * MIB + "}")
                .run()
                .require(200);
        JsonNode volumes = get(first, "/v1/volumes");
        first.kill9();
        AgentProcess second = setup.start();

        // Then
        assertThat(get(second, "/v1/volumes")).isEqualTo(volumes);
        assertThat(get(second, "/v1/snapshots/monday")).isEqualTo(snapshot);
        try (FileChannel channel = FileChannel.open(thin.file(), StandardOpenOption.WRITE)) {
            channel.write(ByteBuffer.allocate(1), 20 * MIB - 1);
        }
        requireSame(second, "/v1/volumes/thin", thin.file());
        requireSame(second, "/v1/snapshots/monday", monday);
        byte[] cloned = Files.readAllBytes(content(second, "/v1/volumes/clone"));
        byte[] expected = Arrays.copyOf(Files.readAllBytes(image), cloned.length);
        System.arraycopy(Files.readAllBytes(start), 0, expected, 0, 10);
        assertThat(cloned).isEqualTo(expected);
        assertThat(Files.mismatch(image, second.images().download("base"))).isEqualTo(-1);
        second.terminate();
    }

    @Test
    void deletionsAreRefusedWhileClonesDependAndNothingIsLeftAfterThem() throws IOException {
        // Given
        AgentProcess agent = setup("deletions").start();
        agent.images().upload("base", SparseFile.write(workspace().fresh("image"), seed, 3 * MIB));
        create(agent, "{\"name\":\"one\",\"fromImage\":\"base\"}");
        post(agent, "/v1/volumes/one/snapshots", "{\"name\":\"s\"}").require(201);
        create(agent, "{\"name\":\"two\",\"fromSnapshot\":\"s\"}");

        // When
        CurlAnswer image = agent.images().delete("base");
        CurlAnswer snapshot = agent.curl("/v1/snapshots/s").with("-X", "DELETE").run();

        // Then
        image.requireProblem(409, "image-in-use");
        assertThat(image.json().path("children")).isNotEmpty();
        snapshot.requireProblem(409, "image-in-use");
        assertThat(snapshot.json().path("children")).hasSize(1);
        assertThat(snapshot.json().path("children").get(0).asText()).isEqualTo("two");
        delete(agent, "/v1/volumes/two");
        delete(agent, "/v1/snapshots/s");
        delete(agent, "/v1/volumes/one");
        delete(agent, "/v1/images/base");
        assertThat(get(agent, "/v1/pool").path("usedBytes").asLong()).isZero();
        agent.terminate();
    }

    @Test
    void aDecoupledVolumeNeedsItsImageNoMore() throws IOException {
        // Given
        AgentProcess agent = setup("decoupled").start();
        Path file = SparseFile.write(workspace().fresh("image"), seed, 4 * MIB);
        agent.images().upload("base", file);
        create(agent, "{\"name\":\"v\",\"fromImage\":\"base\"}");

        // When
        agent.curl("/v1/volumes/v/decouple").with("-X", "POST").run().require(202);
        await().until(() ->
                get(agent, "/v1/volumes/v").path("job").path("state").asText().equals("finished"));

        // Then
        agent.images().delete("base").require(204);
        requireSame(agent, "/v1/volumes/v", file);
        agent.terminate();
    }
}
