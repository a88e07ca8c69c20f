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
import java.util.concurrent.TimeUnit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

/** Uploads of files that the usual tools have compressed, and of files that only seem to be. */
@Timeout(value = 5, unit = TimeUnit.MINUTES)
class PackedUploadIT {
    @RegisterExtension
    static final Workspace WORKSPACE = Workspace.of(PackedUploadIT.class);

    private static final int DISK_BYTES = (9 << 20) + 4711;

    private static AgentProcess agent;
    private static ImageClient images;
    private static Path disk;
    private static NaiveImage naive;

    @BeforeAll
    static void start() {
        agent = WORKSPACE.agent("agent").asInTheImages().start();
        images = agent.images();
        disk = SparseFile.write(WORKSPACE.file("disk.img"), TestChoice.seed(PackedUploadIT.class), DISK_BYTES);
        naive = NaiveImage.of(disk);
    }

    @AfterAll
    static void stop() {
        agent.terminate();
        assertThat(agent.errors()).isEmpty();
    }

    /** Runs a command line with the disk as {@code $1}, whose output goes to a file; skips without its first program. */
    private static Path made(String name, String program, String line) {
        assumeTrue(Command.attempt("bash", "-c", "command -v " + program).status() == 0, program + " is not installed");
        Path file = WORKSPACE.file(name);
        Command.run(
                "bash", "-ec", "set -o pipefail; { " + line + "; } > \"$2\"", "made", disk.toString(), file.toString());
        return file;
    }

    private static void requireSameDisk(Path sent, JsonNode image, String compression) throws IOException {
        assertThat(image.path("compression").asText()).isEqualTo(compression);
        assertThat(image.path("format").asText()).isEqualTo("raw");
        assertThat(image.path("contentDigest").asText()).isEqualTo(naive.contentDigest());
        assertThat(image.path("virtualSizeBytes").asLong()).isEqualTo(DISK_BYTES);
        assertThat(image.path("sourceDigest").asText()).isEqualTo(NaiveImage.sourceDigest("sha-256", sent));
        assertThat(image.path("receivedBytes").asLong()).isEqualTo(Files.size(sent));
        assertThat(image.path("expectedBytes").asLong()).isEqualTo(Files.size(sent));
        assertThat(Files.mismatch(disk, images.download(image.path("name").asText())))
                .isEqualTo(-1);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "gzip -c \"$1\"",
                "gzip -9c < \"$1\"",
                "pigz -c \"$1\"",
                "xz -T1 -c \"$1\"",
                "xz -T2 --block-size=1MiB -c \"$1\"",
                "xz -9 --check=sha256 -c \"$1\"",
                "xz --x86 --lzma2=preset=1 -c \"$1\"",
                "zstd -c \"$1\"",
                "zstd -19 --no-check -c \"$1\"",
                "zstd -3 --long=27 -c < \"$1\"",
                "zstd -T2 -1 -c < \"$1\"",
            })
    void fileOfATool(String line) throws IOException {
        // Given
        String program = line.substring(0, line.indexOf(' '));
        String name = "tool-" + Integer.toHexString(line.hashCode());
        Path sent = made(name, program, line);

        // When
        JsonNode image = images.upload(name, sent);

        // Then
        requireSameDisk(sent, image, program.equals("pigz") ? "gzip" : program);
    }

    @ParameterizedTest
    @ValueSource(strings = {"gzip", "xz", "zstd"})
    void fileInSeveralParts(String program) throws IOException {
        // Given
        Path sent = made(
                "parts-" + program,
                program,
                "head -c 3000001 \"$1\" | " + program + " -c; tail -c +3000002 \"$1\" | " + program + " -c");

        // When
        JsonNode image = images.upload("parts-" + program, sent);

        // Then
        requireSameDisk(sent, image, program);
    }

    @ParameterizedTest
    @ValueSource(strings = {"gzip", "xz", "zstd"})
    void downloadCompressedWithAToolAndSentBack(String program) throws IOException {
        // Given
        images.upload("original-" + program, disk);
        Path download = images.download("original-" + program);
        Path sent = made("back-" + program, program, program + " -c '" + download + "'");

        // When
        JsonNode image = images.upload("back-" + program, sent);

        // Then
        requireSameDisk(sent, image, program);
    }

    @Test
    void windowOfTwoGibibytesIsRefusedWithBothSizes() {
        // Given
        Path sent = made("long-31", "zstd", "zstd --ultra -3 --long=31 -c < \"$1\"");

        // When
        CurlAnswer answer = images.content("long-31").sending(sent).run();

        // Then
        answer.requireProblem(415, "unsupported-image");
        assertThat(answer.json().path("detail").asText()).contains("a window of 2G", "allows 128M", "--long=27");
    }

    @Test
    void folderInACompressedTarIsNamed() {
        // Given
        Path sent = made("folder.tar.gz", "tar", "tar -C \"$(dirname \"$1\")\" -c disk.img | gzip -c");

        // When
        CurlAnswer answer = images.content("folder").sending(sent).run();

        // Then
        answer.requireProblem(415, "unsupported-image");
        assertThat(answer.json().path("detail").asText()).contains("inside the gzip file", "a tar archive");
    }

    /** A gzip file is sent as what it is; a coding is a property of the transfer, and source digests are of the file. */
    @Test
    void gzipAsAContentEncodingStaysRefused() {
        // Given
        Path sent = made("encoded", "gzip", "gzip -c \"$1\"");

        // When
        CurlAnswer answer = images.content("encoded")
                .with("-H", "Content-Encoding: gzip")
                .sending(sent)
                .run();

        // Then
        answer.requireProblem(415, "unsupported-image");
        assertThat(answer.json().path("detail").asText()).contains("Content-Encoding");
    }

    @ParameterizedTest
    @ValueSource(strings = {"gzip", "xz", "zstd"})
    void lastBytesThatAreMissingOrTooMany(String program) {
        // Given
        Path cut = made("cut-" + program, program, program + " -c \"$1\" | head -c -1");
        Path longer = made("longer-" + program, program, program + " -c \"$1\"; echo and something else");

        // When
        CurlAnswer early = images.content("cut-" + program).sending(cut).run();
        CurlAnswer late = images.content("longer-" + program).sending(longer).run();

        // Then
        early.requireProblem(422, "malformed-image");
        assertThat(early.json().path("detail").asText()).contains("ends too soon, at byte ");
        late.requireProblem(422, "malformed-image");
        assertThat(late.json().path("detail").asText()).contains("at byte ");
    }
}
