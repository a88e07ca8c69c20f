// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.it;

import com.fasterxml.jackson.databind.JsonNode;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
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
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;

import static org.assertj.core.api.Assertions.assertThat;

/** Images in forms, as {@code curl -F} sends them. */
@Timeout(value = 5, unit = TimeUnit.MINUTES)
class FormIT {
    @RegisterExtension
    static final Workspace WORKSPACE = Workspace.of(FormIT.class);

    private static final int MIB = 1 << 20;

    private static AgentProcess agent;
    private static ImageClient images;
    private static Path file;

    @BeforeAll
    static void start() {
        agent = WORKSPACE.agent("agent").asInTheImages().start();
        images = agent.images();
        file = SparseFile.write(WORKSPACE.file("file"), TestChoice.seed(FormIT.class), 40 * MIB + 4711);
    }

    @AfterAll
    static void stop() {
        agent.terminate();
        assertThat(agent.errors()).isEmpty();
    }

    private static CurlAnswer form(String... parts) {
        List<String> options = new ArrayList<>();
        for (String part : parts) {
            options.addAll(List.of("-F", part));
        }
        return agent.curl("/v1/images").with(options.toArray(String[]::new)).run();
    }

    private static void requireProven(JsonNode image, Path sent) throws IOException {
        assertThat(image.path("contentDigest").asText())
                .isEqualTo(NaiveImage.of(sent).contentDigest());
        assertThat(image.path("sourceDigest").asText()).isEqualTo(NaiveImage.sourceDigest("sha-256", sent));
        assertThat(image.path("receivedBytes").asLong()).isEqualTo(Files.size(sent));
        assertThat(Files.mismatch(sent, images.download(image.path("name").asText())))
                .as("the first byte that differs")
                .isEqualTo(-1);
    }

    @Test
    void fileInAFormIsStoredAsWithPut() throws IOException {
        // When
        CurlAnswer answer = form("name=form", "content=@" + file);

        // Then
        requireProven(ImageClient.requireReady(answer), file);
        images.delete("form").require(204);
    }

    @Test
    void fieldsSayWhatAQuerySays() throws IOException {
        // When
        CurlAnswer answer = form(
                "name=fields",
                "format=raw",
                "compression=none",
                "size=",
                "digest=" + NaiveImage.sourceDigest("sha-512", file),
                "contentDigest=" + NaiveImage.of(file).contentDigest(),
                "content=@" + file + ";type=application/x-raw-disk-image;filename=\"a \\\"b\\\";c.img\"");

        // Then
        requireProven(ImageClient.requireReady(answer), file);
        images.delete("fields").require(204);
    }

    @ParameterizedTest
    @ValueSource(strings = {"binary", "8bit"})
    void encodingThatChangesNothingIsAccepted(String encoder) throws IOException {
        // When
        CurlAnswer answer = form("name=encoded", "content=@" + file + ";encoder=" + encoder);

        // Then
        requireProven(ImageClient.requireReady(answer), file);
        images.delete("encoded").require(204);
    }

    @ParameterizedTest
    @ValueSource(strings = {"base64", "quoted-printable"})
    void encodingThatChangesTheBytesIsRefused(String encoder) throws IOException {
        // Given
        Path text = Files.writeString(WORKSPACE.file("text"), "plain text\n".repeat(100));

        // When
        CurlAnswer answer = form("name=encoded", "content=@" + text + ";encoder=" + encoder);

        // Then
        answer.requireProblem(415, "unsupported-image");
        assertThat(answer.json().path("detail").asText()).contains("Content-Transfer-Encoding: " + encoder);
        assertThat(images.find("encoded")).isEmpty();
    }

    /** curl tells that it has a large form, and waits before it sends it. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "content=@FILE name=x|send the fields first",
                "name=x content=@FILE format=raw|send all fields before the file",
                "name=x content=@FILE content=@FILE|a second file",
                "name=x|the form has no file",
                "name=x file=@FILE|unknown field 'file'",
            })
    void formInAnotherOrderIsRefusedAndLeavesNothing(String parts, String text) throws IOException {
        // Given
        Set<String> before = agent.pool().volumes();

        // When
        CurlAnswer answer = form(parts.replace("FILE", file.toString()).split(" ", -1));

        // Then
        answer.requireProblem(400, "invalid-request");
        assertThat(answer.json().path("detail").asText()).contains(text);
        agent.pool().requireOnlyVolumes(before);
        images.upload("x", file);
        images.delete("x").require(204);
    }

    @Test
    void answerNeedNotBeWaitedFor() throws IOException {
        // When
        CurlAnswer answer = agent.curl("/v1/images")
                .with("-H", "Prefer: respond-async", "-F", "name=async", "-F", "content=@" + file)
                .run();

        // Then
        answer.require(202);
        requireProven(images.awaitState("async", "ready"), file);
        images.delete("async").require(204);
    }

    @Test
    void formWithoutALengthIsStored() throws IOException {
        // When
        CurlAnswer answer = agent.curl("/v1/images")
                .with("-H", "Transfer-Encoding: chunked", "-F", "name=chunked", "-F", "content=@" + file)
                .run();

        // Then
        requireProven(ImageClient.requireReady(answer), file);
        images.delete("chunked").require(204);
    }

    /** As the scripts of Longhorn's and Harvester's users have it, with another address. */
    @Test
    void formOfLonghornIsStored() throws IOException {
        // When
        CurlAnswer answer = agent.curl("/v1/images/longhorn?action=upload&size=" + Files.size(file))
                .with("-H", "File-Size: " + Files.size(file), "-F", "chunk=@" + file + ";type=application/octet-stream")
                .run();

        // Then
        requireProven(answer.require(200).json(), file);
        images.delete("longhorn").require(204);
    }
}
