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

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/** Images from the URLs of a server that many sites use. */
@Timeout(value = 5, unit = TimeUnit.MINUTES)
class FetchFromNginxIT {
    @RegisterExtension
    static final Workspace WORKSPACE = Workspace.of(FetchFromNginxIT.class);

    private static final long SEED = TestChoice.seed(FetchFromNginxIT.class);
    /** Some seconds of a slow transfer. */
    private static final int FILE_BYTES = 6 * NginxServer.SLOW_BYTES_PER_SECOND;

    private static final int MIDDLE_BYTES = FILE_BYTES / 4;

    private static AgentProcess agent;
    private static ImageClient images;
    private static NginxServer nginx;

    @BeforeAll
    static void start() throws IOException {
        nginx = WORKSPACE.closing(NginxServer.start(WORKSPACE.file("nginx")));
        agent = WORKSPACE.agent("agent").with("scrubjay.url.allow", "127.0.0.1").start();
        images = agent.images();
    }

    @AfterAll
    static void stop() {
        if (agent != null) {
            agent.terminate();
            assertThat(agent.errors()).isEmpty();
        }
    }

    @BeforeEach
    void putFile() throws IOException {
        Path disk = SparseFile.writeDense(WORKSPACE.fresh("disk"), SEED, FILE_BYTES);
        Files.move(disk, nginx.file("disk.img"), StandardCopyOption.REPLACE_EXISTING);
    }

    private static void order(String name, String path) {
        agent.curl("/v1/images")
                .with("-H", "Content-Type: application/json")
                .with(
                        "-d",
                        "{\"name\":\"" + name + "\",\"source\":{\"type\":\"url\",\"url\":\"" + nginx.url(path) + "\"}}")
                .run()
                .require(202);
    }

    private static void requireStored(String name) throws IOException {
        JsonNode image = images.awaitState(name, "ready");
        assertThat(image.path("receivedBytes").asLong()).isEqualTo(FILE_BYTES);
        assertThat(image.path("expectedBytes").asLong()).isEqualTo(FILE_BYTES);
        assertThat(Files.mismatch(nginx.file("disk.img"), images.download(name)))
                .isEqualTo(-1);
    }

    /** Checks that the image failed for this reason, and that nothing of it is left. */
    private static String requireFailed(String name, String code) {
        JsonNode image = images.awaitState(name, "failed");
        assertThat(image.at("/error/code").asText()).as(image.toString()).isEqualTo(code);
        agent.pool().requireNothingOf(image);
        return image.at("/error/message").asText();
    }

    @Test
    void aFileBecomesAnImage() throws IOException {
        // When
        order("whole", "/fast/disk.img");
        // Then
        requireStored("whole");
        assertThat(images.get("whole").at("/source/url").asText()).isEqualTo(nginx.url("/fast/disk.img"));
    }

    @Test
    void aRedirectIsFollowed() throws IOException {
        // When
        order("moved", "/moved");
        // Then
        requireStored("moved");
        assertThat(nginx.log()).contains("302 /moved -");
    }

    @Test
    void aTransferGoesOnAfterTheServerWasKilled() throws IOException {
        // Given
        order("resumed", "/slow/disk.img");
        images.awaitReceived("resumed", MIDDLE_BYTES);
        // When
        nginx.kill9();
        nginx.startAgain();
        // Then
        requireStored("resumed");
        await().atMost(Duration.ofMinutes(1)).until(() -> nginx.log().contains("206 /slow/disk.img bytes="));
        assertThat(agent.log()).contains("image resumed: ").contains("tries again");
    }

    /** The first part is of the old file; so the second must not be of the new one, which has the same length. */
    @Test
    void aFileThatIsReplacedInTheMiddleIsNoImage() throws IOException {
        // Given
        order("replaced", "/slow/disk.img");
        images.awaitReceived("replaced", MIDDLE_BYTES);
        Path other = SparseFile.writeDense(WORKSPACE.fresh("other"), SEED + 1, FILE_BYTES);
        // nginx makes its entity tag of the length and the time in seconds.
        Files.setLastModifiedTime(other, FileTime.fromMillis(0));
        // When
        nginx.kill9();
        Files.move(other, nginx.file("disk.img"), StandardCopyOption.REPLACE_EXISTING);
        nginx.startAgain();
        // Then
        assertThat(requireFailed("replaced", "source-changed")).contains("/slow/disk.img", "changed");
    }

    @ParameterizedTest
    @CsvSource({
        "missing, /fast/missing.img, source-unavailable, 404",
        "forbidden, /forbidden, source-unavailable, 403",
        "inside, /inside, url-not-allowed, internal",
        "circle, /circle, source-unavailable, redirects more than",
    })
    void anythingElseIsNoImage(String name, String path, String code, String why) {
        // When
        order(name, path);
        // Then
        assertThat(requireFailed(name, code)).contains(why);
    }
}
