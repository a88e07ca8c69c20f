// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.api.pull;

import com.fasterxml.jackson.databind.JsonNode;
import com.sun.net.httpserver.HttpServer;
import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.TestProfile;
import io.scrubjay.api.AgentClient;
import io.scrubjay.api.MemoryPoolProfile;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

@QuarkusTest
@TestProfile(MemoryPoolProfile.class)
class PullResourceTest {
    private static final byte[] FILE = "the beginning of a disk".getBytes(StandardCharsets.US_ASCII);

    @TestHTTPResource
    URI agent;

    private final CountDownLatch silence = new CountDownLatch(1);
    private AgentClient client;
    private HttpServer server;

    @BeforeEach
    void connect() throws IOException {
        client = new AgentClient(agent);
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/disk.img", exchange -> {
            boolean isKnown =
                    "Bearer secret".equals(exchange.getRequestHeaders().getFirst("Authorization"));
            exchange.sendResponseHeaders(isKnown ? 200 : 401, isKnown ? FILE.length : -1);
            if (isKnown) {
                exchange.getResponseBody().write(FILE);
            }
            exchange.close();
        });
        server.createContext("/silent.img", exchange -> {
            try {
                silence.await();
            } catch (InterruptedException stop) {
                Thread.currentThread().interrupt();
            }
            exchange.close();
        });
        server.start();
    }

    @AfterEach
    void empty() throws Exception {
        silence.countDown();
        server.stop(0);
        for (JsonNode image : AgentClient.json(client.get("/v1/images"))) {
            client.delete("/v1/images/" + image.get("name").asText());
        }
        assertThat(client.usedBytes()).isZero();
    }

    private HttpResponse<byte[]> order(String source) throws Exception {
        return client.post(
                "/v1/images", "application/json", "{\"name\":\"disk\",\"format\":\"raw\",\"source\":" + source + "}");
    }

    private String url(String path) {
        return "\"http://127.0.0.1:" + server.getAddress().getPort() + path + "\"";
    }

    private JsonNode end() {
        await().atMost(Duration.ofMinutes(1))
                .until(() -> !image().get("state").asText().matches("pending|.*ing"));
        return image();
    }

    private JsonNode image() {
        try {
            return AgentClient.json(client.get("/v1/images/disk"));
        } catch (IOException | InterruptedException failed) {
            throw new AssertionError(failed);
        }
    }

    @Test
    void aFileIsFetchedWithTheClientsHeaders() throws Exception {
        // When
        HttpResponse<byte[]> answer = order("{\"type\":\"url\",\"url\":" + url("/disk.img?signature=secret")
                + ",\"headers\":{\"Authorization\":\"Bearer secret\"}}");
        // Then
        assertThat(answer.statusCode()).as(AgentClient.text(answer)).isEqualTo(202);
        assertThat(answer.headers().firstValue("Location").orElseThrow()).endsWith("/v1/images/disk");
        JsonNode image = end();
        assertThat(image.get("state").asText()).as(image.toString()).isEqualTo("ready");
        assertThat(image.get("receivedBytes").asLong()).isEqualTo(FILE.length);
        assertThat(image.get("source").get("type").asText()).isEqualTo("url");
        assertThat(image.get("source").get("url")).hasToString(url("/disk.img"));
        assertThat(AgentClient.text(answer) + image).doesNotContain("secret");
        assertThat(client.get("/v1/images/disk/content").body()).isEqualTo(FILE);
    }

    @Test
    void aSourceThatRefusesMakesTheImageFail() throws Exception {
        // When
        HttpResponse<byte[]> answer = order("{\"type\":\"url\",\"url\":" + url("/disk.img?signature=secret") + "}");
        // Then
        assertThat(answer.statusCode()).isEqualTo(202);
        JsonNode image = end();
        assertThat(image.get("state").asText()).isEqualTo("failed");
        assertThat(image.at("/error/code").asText()).isEqualTo("source-unavailable");
        assertThat(image.at("/error/message").asText()).contains("401").doesNotContain("secret");
    }

    @Test
    void deletingTheImageCancelsTheFetch() throws Exception {
        // Given
        order("{\"type\":\"url\",\"url\":" + url("/silent.img") + "}");
        // When
        HttpResponse<byte[]> deleted = client.delete("/v1/images/disk");
        // Then
        assertThat(deleted.statusCode()).as(AgentClient.text(deleted)).isEqualTo(204);
        assertThat(client.get("/v1/images/disk").statusCode()).isEqualTo(404);
        await().atMost(Duration.ofMinutes(1)).until(() -> client.gauge("scrubjay_fetches_running") == 0);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{\"name\":\"x\"|400|invalid-request",
                "[1]|400|invalid-request",
                "{}|400|invalid-name",
                "{\"name\":\"X_\"}|400|invalid-name",
                "{\"name\":\"x\"}|400|invalid-request",
                "{\"name\":\"x\",\"source\":{}}|400|invalid-request",
                "{\"name\":\"x\",\"source\":{\"type\":\"tape\"}}|400|invalid-request",
                "{\"name\":\"x\",\"source\":{\"type\":\"url\"}}|400|invalid-request",
                "{\"name\":\"x\",\"sauce\":1}|400|invalid-request",
                "{\"name\":\"x\",\"source\":{\"type\":\"url\",\"uri\":\"http://h/\"}}|400|invalid-request",
                "{\"name\":\"x\",\"source\":{\"type\":\"url\",\"url\":\"ftp://h/\"}}|400|invalid-request",
                "{\"name\":\"x\",\"source\":{\"type\":\"url\",\"url\":\"http://u:p@h/\"}}|400|invalid-request",
                "{\"name\":\"x\",\"source\":{\"type\":\"url\",\"url\":\"http://h/\",\"headers\":{\"Host\":\"a\"}}}|400|invalid-request",
                "{\"name\":\"x\",\"source\":{\"type\":\"url\",\"url\":\"http://h/\",\"headers\":{\"A\":1}}}|400|invalid-request",
                "{\"name\":\"x\",\"source\":{\"type\":\"url\",\"url\":\"http://h/\"},\"format\":\"vhd\"}|400|invalid-request",
                "{\"name\":\"x\",\"source\":{\"type\":\"url\",\"url\":\"http://h/\"},\"compression\":\"rar\"}|400|invalid-request",
                "{\"name\":\"x\",\"source\":{\"type\":\"url\",\"url\":\"http://h/\"},\"expectedDigest\":\"md5:0\"}|400|invalid-request",
                "{\"name\":\"x\",\"source\":{\"type\":\"url\",\"url\":\"http://10.0.0.1/\"}}|422|url-not-allowed",
                "{\"name\":\"x\",\"source\":{\"type\":\"url\",\"url\":\"http://[::ffff:127.0.0.2]/\"}}|422|url-not-allowed",
                "{\"name\":\"x\",\"source\":{\"type\":\"url\",\"url\":\"http://metadata.google.internal/\"}}|422|url-not-allowed",
            })
    void anOrderThatCannotBeGrantedIsAProblem(String body, int status, String code) throws Exception {
        // When
        HttpResponse<byte[]> answer = client.post("/v1/images", "application/json", body);
        // Then
        assertThat(answer.statusCode()).as(AgentClient.text(answer)).isEqualTo(status);
        assertThat(AgentClient.json(answer).get("code").asText()).isEqualTo(code);
        assertThat(AgentClient.json(client.get("/v1/images"))).isEmpty();
    }
}
