// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.it;

import com.fasterxml.jackson.databind.JsonNode;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.concurrent.TimeUnit;

import static org.assertj.core.api.Assertions.assertThat;

/** Uploads that are good: what the agent says of them, and what it gives back. */
@Timeout(value = 5, unit = TimeUnit.MINUTES)
class UploadIT {
    @RegisterExtension
    static final Workspace WORKSPACE = Workspace.of(UploadIT.class);

    private static final int MIB = 1 << 20;

    private static long seed;
    private static AgentProcess agent;
    private static ImageClient images;

    @BeforeAll
    static void start() {
        seed = TestChoice.seed(UploadIT.class);
        agent = WORKSPACE.agent("agent").asInTheImages().start();
        images = agent.images();
    }

    @AfterAll
    static void stop() {
        agent.terminate();
        assertThat(agent.errors()).isEmpty();
    }

    @Test
    void fileSystemImageComesBackAsItWasSent() throws IOException {
        // Given
        Path disk = WORKSPACE.file("disk.img");
        boolean isLarge = TestChoice.scale() > 1;
        Command.run(
                "bash",
                "-ec",
                ". tools/image.sh; make_image \"$@\"",
                "make_image",
                disk.toString(),
                isLarge ? "4G" : "256M",
                isLarge ? "768" : "60");
        NaiveImage naive = NaiveImage.of(disk);

        // When
        JsonNode image = images.upload("disk", disk);

        // Then
        requireProven(image, naive);
        assertThat(image.path("sourceDigest").asText())
                .isEqualTo(
                        "sha-256:" + Command.run("sha256sum", disk.toString()).split(" ", 2)[0]);
        assertThat(image.path("allocatedClusters").asLong())
                .isLessThan(image.path("totalClusters").asLong());
        requireSame(disk, images.download("disk"));
        assertThat(Command.run("du", "-B1", agent.pool().data(image).toString()).split("\t", 2)[0])
                .as("what the pool has allocated")
                .matches(taken -> Long.parseLong(taken)
                        <= (naive.clusters() - naive.zeroClusters() + 1) * NaiveImage.CLUSTER_BYTES);
        images.delete("disk").require(204);
    }

    @Test
    void lengthNeedNotBeKnownBeforehand() throws IOException {
        // Given
        Path file = SparseFile.write(WORKSPACE.file("chunked.img"), seed, 7 * MIB + 4711);

        // When
        JsonNode image = ImageClient.requireReady(images.content("chunked")
                .with("-H", "Transfer-Encoding: chunked")
                .sending(file)
                .run());

        // Then
        requireProven(image, NaiveImage.of(file));
        requireSame(file, images.download("chunked"));
    }

    /** There is none without TLS; the body is not held back for it. */
    @Test
    void uploadThatAsksForHttp2GoesOnWithout() throws IOException {
        // Given
        Path file = SparseFile.write(WORKSPACE.file("upgrade.img"), seed, 9 * MIB);

        // When
        CurlAnswer answer =
                images.content("upgrade").with("--http2").sending(file).run();

        // Then
        requireProven(ImageClient.requireReady(answer), NaiveImage.of(file));
        assertThat(answer.headers().get(0)).startsWith("HTTP/1.1 201");
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 4095, 65_537, MIB - 1, MIB + 1, 3 * MIB})
    void anyLengthIsStored(int lengthBytes) throws IOException {
        // Given
        String name = "length-" + lengthBytes;
        Path file = SparseFile.write(WORKSPACE.file(name), seed + lengthBytes, lengthBytes);

        // When
        JsonNode image = images.upload(name, file);

        // Then
        requireProven(image, NaiveImage.of(file));
        assertThat(image.path("sourceDigest").asText()).isEqualTo(NaiveImage.sourceDigest("sha-256", file));
        requireSame(file, images.download(name));
    }

    @Test
    void zeroesAloneTakeNothing() throws IOException {
        // Given
        Path file = WORKSPACE.file("zeroes");
        Command.run("truncate", "-s", "33M", file.toString());

        // When
        JsonNode image = images.upload("zeroes", file);

        // Then
        requireProven(image, NaiveImage.of(file));
        assertThat(image.path("allocatedClusters").asLong()).isZero();
        requireSame(file, images.download("zeroes"));
    }

    @ParameterizedTest
    @ValueSource(ints = {10 * MIB, 10_000_001, 3 * MIB + 1})
    void diskMayBeLargerThanItsFile(int diskBytes) throws IOException {
        // Given
        String name = "larger-" + diskBytes;
        Path file = SparseFile.write(WORKSPACE.file(name), seed ^ diskBytes, 3 * MIB - 77);

        // When
        JsonNode image = ImageClient.requireReady(
                images.content(name, "size=" + diskBytes).sending(file).run());

        // Then
        requireProven(image, NaiveImage.of(file, diskBytes));
        assertThat(image.path("receivedBytes").asLong()).isEqualTo(Files.size(file));
        Command.run("truncate", "-s", Integer.toString(diskBytes), file.toString());
        requireSame(file, images.download(name));
    }

    @ParameterizedTest
    @ValueSource(strings = {"514649fb00000003", "1f8b0800", "fd377a585a000000", "28b52ffd04000000"})
    void knownFormIsStoredAsItIsWhenTheSenderSaysSo(String magic) throws IOException {
        // Given
        String name = "as-it-is-" + magic;
        Path file = KnownForms.write(WORKSPACE.file(name), magic);

        // When
        JsonNode image = ImageClient.requireReady(images.content(name, "format=raw&compression=none")
                .sending(file)
                .run());

        // Then
        assertThat(image.path("format").asText()).isEqualTo("raw");
        assertThat(image.path("compression").asText()).isEqualTo("none");
        requireSame(file, images.download(name));
    }

    @Test
    void rightDigestsAreAccepted() {
        // Given
        Path file = SparseFile.write(WORKSPACE.file("digests"), seed, 2 * MIB + 5);
        String sha256 = Base64.getEncoder().encodeToString(NaiveImage.rawDigest("sha-256", file));
        String sha512 = Base64.getEncoder().encodeToString(NaiveImage.rawDigest("sha-512", file));
        String content = NaiveImage.of(file).contentDigest();

        // When
        JsonNode byQuery = ImageClient.requireReady(
                images.content("digest-query", "digest=" + NaiveImage.sourceDigest("sha-512", file))
                        .sending(file)
                        .run());
        JsonNode byField = ImageClient.requireReady(images.content("digest-field", "contentDigest=" + content)
                .with("-H", "Repr-Digest: sha-256=:" + sha256 + ":, sha-512=:" + sha512 + ":")
                .sending(file)
                .run());

        // Then
        assertThat(byQuery.path("expectedDigest").asText()).isEqualTo(NaiveImage.sourceDigest("sha-512", file));
        assertThat(byQuery.path("sourceDigest").asText()).isEqualTo(NaiveImage.sourceDigest("sha-256", file));
        assertThat(byField.path("contentDigest").asText()).isEqualTo(content);
    }

    @Test
    void answerNeedNotBeWaitedFor() throws IOException {
        // Given
        Path file = SparseFile.write(WORKSPACE.file("async"), seed, 24 * MIB);

        // When
        CurlAnswer answer = images.content("async")
                .with("-H", "Prefer: respond-async")
                .sending(file)
                .run();

        // Then
        answer.require(202);
        assertThat(answer.json().path("state").asText()).isIn("receiving", "sealing", "ready");
        requireProven(images.awaitState("async", "ready"), NaiveImage.of(file));
        requireSame(file, images.download("async"));
    }

    @Test
    void progressIsSeenWhileBytesCome() throws IOException {
        // Given
        Path file = SparseFile.writeDense(WORKSPACE.file("watched"), seed, 4 * MIB);

        // When
        HeldUpload upload = HeldUpload.ofLength(images, "watched", 4 * MIB).send(file, 0, 2 * MIB);
        JsonNode halfway = images.awaitState("watched", "receiving");
        CurlAnswer refused = images.content("watched").run();
        CurlAnswer answer = upload.send(file, 2 * MIB, 2 * MIB).finish();

        // Then
        assertThat(halfway.path("expectedBytes").asLong()).isEqualTo(4 * MIB);
        assertThat(halfway.path("receivedBytes").asLong()).isEqualTo(2 * MIB);
        assertThat(halfway.path("progress").asDouble()).isEqualTo(0.5);
        refused.requireProblem(409, "image-not-ready");
        ImageClient.requireReady(answer);
        requireSame(file, images.download("watched"));
    }

    private static void requireProven(JsonNode image, NaiveImage naive) {
        assertThat(image.path("virtualSizeBytes").asLong()).as("length").isEqualTo(naive.lengthBytes());
        assertThat(image.path("contentDigest").asText()).as("content digest").isEqualTo(naive.contentDigest());
        for (String when : new String[] {"stream", "closed", "snapshot"}) {
            assertThat(image.path("verified").path(when).asText())
                    .as("digest of %s", when)
                    .isEqualTo(naive.contentDigest());
        }
        assertThat(image.path("clusterSizeBytes").asInt()).isEqualTo(NaiveImage.CLUSTER_BYTES);
        assertThat(image.path("totalClusters").asLong()).as("clusters").isEqualTo(naive.clusters());
        assertThat(image.path("allocatedClusters").asLong())
                .as("allocated clusters")
                .isEqualTo(naive.clusters() - naive.zeroClusters());
        assertThat(image.path("zeroBytesSkipped").asLong()).as("zeroes skipped").isEqualTo(naive.zeroBytes());
        assertThat(image.path("error").isNull()).as("no error in %s", image).isTrue();
    }

    private static void requireSame(Path expected, Path actual) throws IOException {
        assertThat(Files.mismatch(expected, actual))
                .as("the first byte that differs")
                .isEqualTo(-1);
        Files.delete(actual);
    }
}
