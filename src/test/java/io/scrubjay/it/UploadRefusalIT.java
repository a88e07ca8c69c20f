// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.it;

import com.fasterxml.jackson.databind.JsonNode;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;

import static org.assertj.core.api.Assertions.assertThat;

/** Uploads that are refused: how the client learns of it, and that nothing of them is left. */
@Timeout(value = 5, unit = TimeUnit.MINUTES)
class UploadRefusalIT {
    @RegisterExtension
    static final Workspace WORKSPACE = Workspace.of(UploadRefusalIT.class);

    private static final int MIB = 1 << 20;

    private static AgentProcess agent;
    private static ImageClient images;
    /** More than fits into buffers on the way: a client that sends it all has really sent it. */
    private static Path file;

    private Set<String> before;
    private long usedBefore;

    @BeforeAll
    static void start() {
        agent = WORKSPACE
                .agent("agent")
                .with("scrubjay.ingest.concurrency-max", "2")
                .with("scrubjay.image.max-virtual-size", "64M")
                .start();
        images = agent.images();
        file = SparseFile.write(WORKSPACE.file("file"), TestChoice.seed(UploadRefusalIT.class), 40 * MIB);
        images.upload("present", file);
    }

    @AfterAll
    static void stop() {
        agent.terminate();
        assertThat(agent.errors()).isEmpty();
    }

    @BeforeEach
    void look() {
        before = agent.pool().volumes();
        usedBefore = usedBytes();
    }

    private static long usedBytes() {
        return agent.curl("/v1/pool")
                .run()
                .require(200)
                .json()
                .path("usedBytes")
                .asLong();
    }

    /** Fails unless the pool is as it was before the refusal, and the name can be used at once. */
    private void requireNothingLeft(String name) throws IOException {
        agent.pool().requireOnlyVolumes(before);
        assertThat(usedBytes()).as("used bytes of the pool").isEqualTo(usedBefore);
        Path other = Files.write(WORKSPACE.file("other"), new byte[] {1, 2, 3});
        images.upload(name, other);
        images.delete(name).require(204);
        agent.pool().requireOnlyVolumes(before);
    }

    @ParameterizedTest
    @ValueSource(strings = {"UPPER", "-dash", "dash-", ".dot", "under_score", "sp%20ace", "caf%C3%A9"})
    void nameThatIsNoneIsRefused(String name) {
        // When
        CurlAnswer answer = images.content(name).sending(file).run();

        // Then
        answer.requireProblem(400, "invalid-name");
        agent.pool().requireOnlyVolumes(before);
    }

    @Test
    void nameThatIsTooLongIsRefused() throws IOException {
        // Given
        String longest = "n".repeat(63);

        // When
        CurlAnswer answer = images.content(longest + "n").sending(file).run();

        // Then
        answer.requireProblem(400, "invalid-name");
        requireNothingLeft(longest);
    }

    @Test
    void refusalComesBeforeTheBodyWhenTheClientWaitsForIt() {
        // When
        CurlAnswer answer = images.content("present")
                .with("-H", "Expect: 100-continue", "--expect100-timeout", "60")
                .sending(file)
                .run();

        // Then
        answer.requireProblem(409, "image-exists");
        assertThat(answer.sentBytes()).as("sent of the body").isZero();
    }

    @Test
    void refusalReachesAClientThatDoesNotWait() {
        // When
        CurlAnswer answer =
                images.content("present").with("-H", "Expect:").sending(file).run();

        // Then
        answer.requireProblem(409, "image-exists");
    }

    @Test
    void imageThatExistsIsNotTouched() throws IOException {
        // Given
        JsonNode image = images.get("present");
        Path other = SparseFile.write(WORKSPACE.file("other"), 1, MIB);

        // When
        CurlAnswer answer = images.content("present").sending(other).run();

        // Then
        answer.requireProblem(409, "image-exists");
        assertThat(images.get("present")).isEqualTo(image);
        assertThat(Files.mismatch(file, images.download("present"))).isEqualTo(-1);
        agent.pool().requireOnlyVolumes(before);
    }

    @ParameterizedTest
    @CsvSource({
        "query-256, ?digest=sha-256:0000000000000000000000000000000000000000000000000000000000000000",
        "query-512, ?digest=sha-512:00000000000000000000000000000000000000000000000000000000000000000000000000000000"
                + "000000000000000000000000000000000000000000000000",
        "content, ?contentDigest=scrubjay1:0000000000000000000000000000000000000000000000000000000000000000"
    })
    void wrongDigestInTheQueryIsRefused(String name, String query) throws IOException {
        // When
        CurlAnswer answer =
                images.content(name, query.substring(1)).sending(file).run();

        // Then
        answer.requireProblem(422, "digest-mismatch");
        assertThat(images.get(name).path("error").path("code").asText()).isEqualTo("digest-mismatch");
        requireNothingLeft(name);
    }

    @ParameterizedTest
    @CsvSource({"Repr-Digest, sha-256, 32", "Content-Digest, sha-512, 64"})
    void wrongDigestInAFieldIsRefused(String field, String algorithm, int bytes) throws IOException {
        // Given
        String wrong = Base64.getEncoder().encodeToString(new byte[bytes]);

        // When
        CurlAnswer answer = images.content("wrong-field")
                .with("-H", field + ": " + algorithm + "=:" + wrong + ":")
                .sending(file)
                .run();

        // Then
        answer.requireProblem(422, "digest-mismatch");
        requireNothingLeft("wrong-field");
    }

    @Test
    void oneWrongDigestAmongRightOnesIsRefused() throws IOException {
        // Given
        String right = Base64.getEncoder().encodeToString(NaiveImage.rawDigest("sha-256", file));
        String wrong = Base64.getEncoder().encodeToString(new byte[64]);

        // When
        CurlAnswer answer = images.content("one-wrong")
                .with("-H", "Repr-Digest: sha-256=:" + right + ":, sha-512=:" + wrong + ":")
                .sending(file)
                .run();

        // Then
        answer.requireProblem(422, "digest-mismatch");
        requireNothingLeft("one-wrong");
    }

    @ParameterizedTest
    @ValueSource(strings = {"sha-256:123", "md5:d41d8cd98f00b204e9800998ecf8427e", "nonsense"})
    void digestThatIsNoneIsRefusedBeforeTheBody(String digest) {
        // When
        CurlAnswer answer = images.content("nonsense", "digest=" + digest)
                .with("-H", "Expect: 100-continue", "--expect100-timeout", "60")
                .sending(file)
                .run();

        // Then
        answer.requireProblem(400, "invalid-request");
        assertThat(answer.sentBytes()).isZero();
        agent.pool().requireOnlyVolumes(before);
    }

    @ParameterizedTest
    @ValueSource(strings = {"514649fb00000003", "425a6839", "04224d18", "504b0304"})
    void knownFormIsNotTakenForRaw(String magic) throws IOException {
        // Given
        Path known = KnownForms.write(WORKSPACE.file("known"), magic);

        // When
        CurlAnswer answer = images.content("known").sending(known).run();

        // Then
        answer.requireProblem(415, "unsupported-image");
        requireNothingLeft("known");
    }

    @Test
    void formThatIsSaidIsNotTakenForRaw() throws IOException {
        // When
        CurlAnswer answer = images.content("said", "format=qcow2").sending(file).run();

        // Then
        answer.requireProblem(422, "malformed-image");
        requireNothingLeft("said");
    }

    @ParameterizedTest
    @ValueSource(strings = {"gzip", "xz", "zstd"})
    void compressionThatTheFileDoesNotHaveIsRefused(String compression) throws IOException {
        // When
        CurlAnswer answer = images.content("said", "compression=" + compression)
                .sending(file)
                .run();

        // Then
        answer.requireProblem(422, "malformed-image");
        assertThat(answer.json().path("detail").asText()).contains("no " + compression + " file");
        requireNothingLeft("said");
    }

    /** Bytes that are stored as they come would be those of the coding. */
    @ParameterizedTest
    @ValueSource(strings = {"gzip", "identity, gzip", "gzip,identity", "identity|gzip", "X-None"})
    void codedBodyIsNotTakenForAnImage(String codings) throws IOException {
        // Given
        List<String> fields = new ArrayList<>();
        for (String coding : codings.split("\\|", -1)) {
            fields.addAll(List.of("-H", "Content-Encoding: " + coding));
        }

        // When
        CurlAnswer answer = images.content("coded")
                .with(fields.toArray(String[]::new))
                .sending(file)
                .run();

        // Then
        answer.requireProblem(415, "unsupported-image");
        assertThat(answer.json().path("detail").asText()).contains("Content-Encoding");
        requireNothingLeft("coded");
    }

    @Test
    void emptyBodyIsRefused() throws IOException {
        // Given
        Path empty = Files.write(WORKSPACE.file("empty-file"), new byte[0]);

        // When
        CurlAnswer known = images.content("empty").sending(empty).run();
        CurlAnswer chunked = HeldUpload.chunked(images, "empty").finish();

        // Then
        for (CurlAnswer answer : List.of(known, chunked)) {
            answer.requireProblem(422, "malformed-image");
            assertThat(answer.json().path("detail").asText()).contains("empty");
        }
        requireNothingLeft("empty");
    }

    @Test
    void fileLargerThanItsSizeIsRefused() throws IOException {
        // When
        CurlAnswer known = images.content("shrunk", "size=1M").sending(file).run();
        CurlAnswer chunked = images.content("shrunk", "size=1M")
                .with("-H", "Transfer-Encoding: chunked")
                .sending(file)
                .run();

        // Then
        known.requireProblem(400, "length-mismatch");
        chunked.requireProblem(400, "length-mismatch");
        requireNothingLeft("shrunk");
    }

    @Test
    void imageLargerThanAllowedIsRefused() throws IOException {
        // Given
        Path large = WORKSPACE.file("large");
        Command.run("truncate", "-s", "65M", large.toString());

        // When
        CurlAnswer known = images.content("large")
                .with("-H", "Expect: 100-continue", "--expect100-timeout", "60")
                .sending(large)
                .run();
        CurlAnswer said = images.content("large", "size=65M").sending(file).run();
        CurlAnswer chunked = images.content("large")
                .with("-H", "Transfer-Encoding: chunked")
                .sending(large)
                .run();

        // Then
        known.requireProblem(413, "too-large");
        assertThat(known.sentBytes()).isZero();
        said.requireProblem(413, "too-large");
        chunked.requireProblem(413, "too-large");
        requireNothingLeft("large");
    }

    @Test
    void moreUploadsThanMayRunAreToldToComeBack() throws IOException {
        // Given
        HeldUpload first = HeldUpload.chunked(images, "first").send(file, 0, MIB);
        HeldUpload second = HeldUpload.chunked(images, "second").send(file, 0, MIB);

        // When
        CurlAnswer third = images.content("third")
                .with("-H", "Expect: 100-continue", "--expect100-timeout", "60")
                .sending(file)
                .run();
        ImageClient.requireReady(first.finish());
        CurlAnswer again = images.content("third").sending(file).run();
        ImageClient.requireReady(second.finish());

        // Then
        third.requireProblem(503, "busy");
        assertThat(third.sentBytes()).isZero();
        assertThat(third.header("Retry-After").orElse("")).matches("[1-9][0-9]*");
        ImageClient.requireReady(again);
        for (String name : List.of("first", "second", "third")) {
            images.delete(name).require(204);
        }
        agent.pool().requireOnlyVolumes(before);
    }

    @Test
    void secondUploadOfANameUnderWayIsRefused() throws IOException {
        // Given
        HeldUpload first = HeldUpload.chunked(images, "twice").send(file, 0, MIB);

        // When
        CurlAnswer second = images.content("twice").sending(file).run();
        JsonNode image = ImageClient.requireReady(first.send(file, MIB, MIB).finish());

        // Then
        second.requireProblem(409, "image-exists");
        assertThat(image.path("virtualSizeBytes").asLong()).isEqualTo(2 * MIB);
        images.delete("twice").require(204);
        requireNothingLeft("twice");
    }

    @Test
    void oneOfTwoUploadsOfANameWins() throws IOException {
        // When
        CurlRun one = images.content("race").sending(file).start();
        CurlRun other = images.content("race").sending(file).start();
        List<CurlAnswer> answers = List.of(one.await(), other.await());

        // Then
        assertThat(answers).extracting(CurlAnswer::status).containsExactlyInAnyOrder(201, 409);
        answers.stream()
                .filter(answer -> answer.status() == 409)
                .forEach(answer -> answer.requireProblem(409, "image-exists"));
        assertThat(Files.mismatch(file, images.download("race"))).isEqualTo(-1);
        images.delete("race").require(204);
        requireNothingLeft("race");
    }
}
