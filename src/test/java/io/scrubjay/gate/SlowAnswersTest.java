// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.gate;

import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.QuarkusTestProfile;
import io.quarkus.test.junit.TestProfile;
import io.scrubjay.ProcessFiles;
import io.scrubjay.agent.SlowPool;
import io.scrubjay.engine.SlowEngine;
import io.scrubjay.it.Certificates;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpVersion;
import io.vertx.core.http.PoolOptions;
import io.vertx.core.http.RequestOptions;
import jakarta.inject.Inject;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/** A device that takes longer than any time the agent gives its clients: each still gets its answer, and all of it. */
@QuarkusTest
@TestProfile(SlowAnswersTest.ImpatientProfile.class)
class SlowAnswersTest {
    private static final Duration PATIENCE = Duration.ofSeconds(1);
    private static final Duration LONGER = Duration.ofSeconds(3);
    private static final int IMAGE_BYTES = 3 << 20;
    /** One chunk is read by one call. */
    private static final int ONE_CHUNK_BYTES = 100_000;

    /** At least as many as there are requests at once. */
    private static final int CONNECTIONS_MAX = 16;

    private static final String JSON = "application/json";

    private static final Vertx VERTX = Vertx.vertx();

    @TestHTTPResource
    URI agent;

    @TestHTTPResource(tls = true)
    URI tlsAgent;

    @Inject
    SlowPool pool;

    private HttpClient client;

    /** Every time that is for clients is short; those for the device are long. */
    public static class ImpatientProfile implements QuarkusTestProfile {
        @Override
        public Map<String, String> getConfigOverrides() {
            Certificates certificates = certificates();
            String patience = PATIENCE.toMillis() + "ms";
            return Map.ofEntries(
                    Map.entry(
                            "scrubjay.state.path",
                            ProcessFiles.of("state-slow-answers").toString()),
                    Map.entry("scrubjay.http.json-timeout", patience),
                    Map.entry("scrubjay.http.head-timeout", patience),
                    Map.entry("scrubjay.ingest.idle-timeout", patience),
                    Map.entry("scrubjay.volume.idle-timeout", patience),
                    Map.entry("scrubjay.download.stall-timeout", patience),
                    Map.entry("quarkus.http.read-timeout", patience),
                    Map.entry("quarkus.http.insecure-requests", "enabled"),
                    Map.entry("quarkus.http.tls-configuration-name", "api"),
                    Map.entry(
                            "quarkus.tls.api.key-store.pem.0.cert",
                            certificates.certificate("server").toString()),
                    Map.entry(
                            "quarkus.tls.api.key-store.pem.0.key",
                            certificates.key("server").toString()));
        }

        @Override
        public Set<Class<?>> getEnabledAlternatives() {
            return Set.of(SlowPool.class);
        }

        private static Certificates certificates() {
            try {
                Path directory = Files.createDirectories(ProcessFiles.of("tls-slow-answers"));
                Certificates certificates = new Certificates(directory.toAbsolutePath());
                certificates.selfSigned("server");
                return certificates;
            } catch (IOException failed) {
                throw new UncheckedIOException(failed);
            }
        }
    }

    /** How a client speaks to the agent. */
    enum Way {
        HTTP_1("http1", HttpVersion.HTTP_1_1, false),
        HTTP_1_OVER_TLS("http1-tls", HttpVersion.HTTP_1_1, true),
        HTTP_2_OVER_TLS("http2-tls", HttpVersion.HTTP_2, true);

        private final String label;
        private final HttpVersion version;
        private final boolean isTls;

        Way(String label, HttpVersion version, boolean isTls) {
            this.label = label;
            this.version = version;
            this.isTls = isTls;
        }
    }

    /** What came back, to its end. */
    private record Answer(int status, HttpVersion version, Buffer body) {
        void require(int expected) {
            assertThat(status).as(body.toString()).isEqualTo(expected);
        }
    }

    private SlowEngine device() {
        return pool.engine();
    }

    private void connect(Way way) {
        URI address = way.isTls ? tlsAgent : agent;
        client = VERTX.createHttpClient(
                new HttpClientOptions()
                        .setDefaultHost(address.getHost())
                        .setDefaultPort(address.getPort())
                        .setProtocolVersion(way.version)
                        .setSsl(way.isTls)
                        .setUseAlpn(way.isTls)
                        .setTrustAll(true)
                        .setVerifyHost(false),
                new PoolOptions().setHttp1MaxSize(CONNECTIONS_MAX));
    }

    @AfterEach
    void close() {
        device().disarm();
        device().letGo();
        closed(client.close());
    }

    @AfterAll
    static void stop() {
        closed(VERTX.close());
    }

    private static void closed(Future<Void> closing) {
        closing.toCompletionStage()
                .toCompletableFuture()
                .orTimeout(60, TimeUnit.SECONDS)
                .join();
    }

    private CompletableFuture<Answer> begin(String method, String path, String type, Buffer body) {
        RequestOptions options = options(method, path);
        return begin(type.isEmpty() ? options : options.putHeader("Content-Type", type), body);
    }

    private static RequestOptions options(String method, String path) {
        return new RequestOptions().setMethod(HttpMethod.valueOf(method)).setURI(path);
    }

    private CompletableFuture<Answer> begin(RequestOptions options, Buffer body) {
        return client.request(options)
                .compose(request -> request.send(body))
                .compose(SlowAnswersTest::whole)
                .toCompletionStage()
                .toCompletableFuture()
                .orTimeout(60, TimeUnit.SECONDS);
    }

    private static Future<Answer> whole(HttpClientResponse response) {
        return response.body()
                .map(body ->
                        new Answer(response.statusCode(), response.request().version(), body));
    }

    private Answer send(String method, String path, String type, Buffer body) {
        return begin(method, path, type, body).join();
    }

    private Answer get(String path) {
        return send("GET", path, "", Buffer.buffer());
    }

    private Answer post(String path, String json) {
        return send("POST", path, JSON, Buffer.buffer(json));
    }

    private Answer upload(String name, Buffer image) {
        return send("PUT", "/v1/images/" + name + "/content?format=raw", "application/octet-stream", image);
    }

    private static Buffer image() {
        byte[] bytes = new byte[IMAGE_BYTES];
        new Random(1).nextBytes(bytes);
        return Buffer.buffer(bytes);
    }

    /** Begins a request, and returns once its first call of the device is being held back, until that may go on. */
    private CompletableFuture<Answer> held(RequestOptions request, String json) {
        device().holdBack(1);
        CompletableFuture<Answer> answer =
                begin(json.isEmpty() ? request : request.putHeader("Content-Type", JSON), Buffer.buffer(json));
        await().until(() -> device().hasCome());
        return answer;
    }

    private void createVolume(String name, Buffer content) {
        post("/v1/volumes", "{\"name\":\"" + name + "\",\"sizeBytes\":" + content.length() + "}")
                .require(201);
        RequestOptions write = options("PUT", "/v1/volumes/" + name + "/content")
                .putHeader("Content-Range", "bytes 0-" + (content.length() - 1) + "/*");
        begin(write, content).join().require(204);
    }

    private static String json(String key, String value) {
        return "{\"" + key + "\":\"" + value + "\"}";
    }

    /**
     * All at once: what takes the time is that each is held back for longer than any client may take. The upload comes last,
     * because it is held back at its third call, and the others would make calls in between if they were not held.
     */
    @ParameterizedTest
    @EnumSource
    void everyRequestComesToItsEnd(Way way) {
        // Given
        connect(way);
        String image = "image-" + way.label;
        String few = "few-" + way.label;
        String doomed = "doomed-" + way.label;
        String volume = "volume-" + way.label;
        String source = "source-" + way.label;
        String snapshot = "snapshot-" + way.label;
        String clone = "clone-" + way.label;
        String taken = "taken-" + way.label;
        String made = "made-" + way.label;
        String uploaded = "uploaded-" + way.label;
        Buffer bytes = image();
        Buffer fewBytes = bytes.getBuffer(0, ONE_CHUNK_BYTES);
        upload(image, bytes).require(201);
        upload(few, fewBytes).require(201);
        upload(doomed, fewBytes).require(201);
        createVolume(volume, fewBytes);
        createVolume(source, fewBytes);
        post("/v1/volumes/" + source + "/snapshots", json("name", snapshot)).require(201);

        // When
        CompletableFuture<Answer> download = held(options("GET", "/v1/images/" + image + "/content"), "");
        CompletableFuture<Answer> range =
                held(options("GET", "/v1/images/" + few + "/content").putHeader("Range", "bytes=1000-70000"), "");
        CompletableFuture<Answer> ofSnapshot = held(options("GET", "/v1/snapshots/" + snapshot + "/content"), "");
        CompletableFuture<Answer> ofVolume = held(options("GET", "/v1/volumes/" + volume + "/content"), "");
        CompletableFuture<Answer> cloned =
                held(options("POST", "/v1/volumes"), "{\"name\":\"" + clone + "\",\"fromImage\":\"" + few + "\"}");
        CompletableFuture<Answer> snapped =
                held(options("POST", "/v1/volumes/" + source + "/snapshots"), json("name", taken));
        CompletableFuture<Answer> created =
                held(options("POST", "/v1/volumes"), "{\"name\":\"" + made + "\",\"sizeBytes\":1048576}");
        CompletableFuture<Answer> deleted = held(options("DELETE", "/v1/images/" + doomed), "");
        device().holdBack(3);
        CompletableFuture<Answer> upload =
                begin("PUT", "/v1/images/" + uploaded + "/content?format=raw", "application/octet-stream", bytes);
        await().until(() -> device().hasCome());
        CompletableFuture<Answer> events = begin("GET", "/v1/images/" + uploaded + "/events", "", Buffer.buffer());
        CompletableFuture.delayedExecutor(LONGER.toMillis(), TimeUnit.MILLISECONDS)
                .execute(device()::letGo);

        // Then
        requireContent(download, 200, bytes);
        assertThat(download.join().version()).isEqualTo(way.version);
        requireContent(range, 206, fewBytes.getBuffer(1000, 70_001));
        ofSnapshot.join().require(200);
        assertThat(ofSnapshot.join().body().getBuffer(0, fewBytes.length())).isEqualTo(fewBytes);
        ofVolume.join().require(200);
        assertThat(ofVolume.join().body().getBuffer(0, fewBytes.length())).isEqualTo(fewBytes);
        cloned.join().require(201);
        get("/v1/volumes/" + clone).require(200);
        snapped.join().require(201);
        get("/v1/snapshots/" + taken).require(200);
        created.join().require(201);
        get("/v1/volumes/" + made).require(200);
        deleted.join().require(204);
        get("/v1/images/" + doomed).require(404);
        upload.join().require(201);
        events.join().require(200);
        assertThat(events.join().body().toString().lines().filter(line -> line.startsWith("data:")))
                .last()
                .asString()
                .contains("\"state\":\"ready\"");
    }

    private static void requireContent(CompletableFuture<Answer> answer, int status, Buffer content) {
        answer.join().require(status);
        assertThat(answer.join().body()).isEqualTo(content);
    }
}
