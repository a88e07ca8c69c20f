package io.scrubjay.api;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.TestProfile;
import io.scrubjay.block.ClusterSize;
import io.scrubjay.engine.StorageEngine;
import io.scrubjay.engine.VolumeName;
import io.scrubjay.image.Image;
import io.scrubjay.image.ImageCatalog;
import io.scrubjay.image.ImageState;
import io.scrubjay.image.Refusal;
import io.scrubjay.ingest.Ingest;
import io.scrubjay.ingest.IngestOrder;
import io.scrubjay.ingest.Ingests;
import io.scrubjay.manifest.ImageName;
import io.scrubjay.manifest.PoolNames;
import io.scrubjay.source.SourceForm;
import jakarta.inject.Inject;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.net.URI;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

import static org.assertj.core.api.Assertions.assertThat;

@QuarkusTest
@TestProfile(MemoryPoolProfile.class)
class ImageResourceTest {
    private static final ObjectMapper JSON = new ObjectMapper();

    @TestHTTPResource
    URI agent;

    @Inject
    ImageCatalog catalog;

    @Inject
    Ingests ingests;

    @Inject
    StorageEngine engine;

    private AgentClient client;
    /** What happens once the first event has come. */
    private Runnable onFirst = () -> {};

    @BeforeEach
    void connect() {
        client = new AgentClient(agent);
    }

    @AfterEach
    void empty() throws Exception {
        for (Image image : catalog.list()) {
            assertThat(client.delete("/v1/images/" + image.name()).statusCode()).isEqualTo(204);
        }
        assertThat(engine.list()).isEmpty();
    }

    private static void requireProblem(HttpResponse<byte[]> response, int status, String code) throws Exception {
        assertThat(response.statusCode()).as(AgentClient.text(response)).isEqualTo(status);
        assertThat(response.headers().firstValue("Content-Type")).hasValue("application/problem+json");
        var problem = AgentClient.json(response);
        assertThat(problem.get("code").asText()).isEqualTo(code);
        assertThat(problem.get("status").asInt()).isEqualTo(status);
        assertThat(problem.get("title").asText()).isNotBlank();
        assertThat(problem.get("detail").asText()).isNotBlank();
        assertThat(problem.get("type").asText()).endsWith(code);
    }

    private Ingest begin(String name) {
        return ingests.begin(new IngestOrder(
                ImageName.parse(name),
                SourceForm.AUTO,
                OptionalLong.of(4096),
                OptionalLong.empty(),
                List.of(),
                Optional.empty()));
    }

    @Test
    void anImageIsListedUnderItsName() throws Exception {
        // Given
        client.upload("b", new byte[] {1});
        client.upload("a", new byte[] {2});
        // When
        var list = AgentClient.json(client.get("/v1/images"));
        // Then
        assertThat(list.isArray()).isTrue();
        assertThat(list).extracting(image -> image.get("name").asText()).containsExactly("a", "b");
        assertThat(list.get(0)).isEqualTo(AgentClient.json(client.get("/v1/images/a")));
        assertThat(list.get(0).get("state").asText()).isEqualTo("ready");
        assertThat(list.get(0).get("error").isNull()).isTrue();
        Instant.parse(list.get(0).get("readyAt").asText());
    }

    @ParameterizedTest
    @CsvSource({
        "/v1/images/nobody, 404, image-not-found",
        "/v1/images/nobody/content, 404, image-not-found",
        "/v1/images/nobody/manifest, 404, image-not-found",
        "/v1/images/nobody/clusters, 404, image-not-found",
        "/v1/images/nobody/events, 404, image-not-found",
        "/v1/images/Not_A_Name, 400, invalid-name",
        "/v1/images/-x/content, 400, invalid-name",
        "/v1/nothing, 404, not-found",
        "/nothing/at/all, 404, not-found",
        "/v1/images/x/y/z, 404, not-found",
    })
    void whatCannotBeGotIsAProblem(String path, int status, String code) throws Exception {
        requireProblem(client.get(path), status, code);
    }

    @Test
    void aWrongMethodIsAProblem() throws Exception {
        requireProblem(client.delete("/v1/pool"), 405, "method-not-allowed");
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
                "{\"name\":\"x\",\"source\":{\"type\":\"tape\"}}|400|invalid-request",
                "{\"name\":\"x\",\"sauce\":1}|400|invalid-request",
                "{\"name\":\"x\",\"source\":{\"type\":\"url\",\"url\":\"http://h/\"},\"format\":\"vhd\"}|400|invalid-request",
                "{\"name\":\"x\",\"source\":{\"type\":\"url\",\"url\":\"http://h/\"}}|415|unsupported-image",
            })
    void anOrderThatCannotBeGrantedIsAProblem(String body, int status, String code) throws Exception {
        requireProblem(client.post("/v1/images", "application/json", body), status, code);
    }

    @Test
    void anUnknownMediaTypeIsAProblem() throws Exception {
        requireProblem(client.post("/v1/images", "text/x-poem", "roses"), 415, "unsupported-media-type");
    }

    @Test
    void aFormIsNotSupportedYet() throws Exception {
        String form = "--b\r\nContent-Disposition: form-data; name=\"name\"\r\n\r\nx\r\n--b--\r\n";
        requireProblem(client.post("/v1/images", "multipart/form-data; boundary=b", form), 415, "unsupported-image");
    }

    @Test
    void anImageThatIsNotReadyIsNotServed() throws Exception {
        // Given
        Ingest ingest = begin("half");
        // When, Then
        requireProblem(client.get("/v1/images/half/content"), 409, "image-not-ready");
        requireProblem(client.get("/v1/images/half/manifest"), 409, "image-not-ready");
        requireProblem(client.get("/v1/images/half/clusters"), 409, "image-not-ready");
        ingest.cut(new io.scrubjay.image.RefusedException(Refusal.UPLOAD_CUT, "gone"));
    }

    @Test
    void deletingCancelsAnIngestAndNothingIsLeft() throws Exception {
        // Given
        Ingest ingest = begin("half");
        ingest.receive(ByteBuffer.wrap(new byte[] {1, 2, 3}));
        // When
        HttpResponse<byte[]> response = client.delete("/v1/images/half");
        // Then
        assertThat(response.statusCode()).isEqualTo(204);
        assertThat(response.body()).isEmpty();
        assertThat(engine.list()).isEmpty();
        requireProblem(client.get("/v1/images/half"), 404, "image-not-found");
        ingest.cut(new io.scrubjay.image.RefusedException(Refusal.UPLOAD_CUT, "gone"));
    }

    @Test
    void anImageWithACloneIsInUse() throws Exception {
        // Given
        client.upload("base", new byte[] {1});
        VolumeName clone = VolumeName.of("vm");
        engine.cloneOf(PoolNames.snapshot(catalog.get(ImageName.parse("base")).id()), clone);
        // When
        HttpResponse<byte[]> response = client.delete("/v1/images/base");
        // Then
        requireProblem(response, 409, "image-in-use");
        assertThat(AgentClient.json(response).get("detail").asText()).contains("vm");
        engine.delete(clone);
    }

    private List<String> states(String name) throws Exception {
        HttpResponse<java.io.InputStream> response = client.http()
                .send(client.request("/v1/images/" + name + "/events").build(), BodyHandlers.ofInputStream());
        assertThat(response.headers().firstValue("Content-Type").orElseThrow()).startsWith("text/event-stream");
        List<String> states = new ArrayList<>();
        try (BufferedReader lines =
                new BufferedReader(new InputStreamReader(response.body(), StandardCharsets.UTF_8))) {
            String line = lines.readLine();
            while (line != null) {
                assertThat(line).matches("|:.*|data:.*");
                if (line.startsWith("data:")) {
                    var json = JSON.readTree(line.substring("data:".length()));
                    states.add(json.get("state").asText());
                    onFirst.run();
                    onFirst = () -> {};
                }
                line = lines.readLine();
            }
        }
        return states;
    }

    @Test
    void theEventsOfAReadyImageAreOne() throws Exception {
        client.upload("disk", new byte[] {1});
        assertThat(states("disk")).containsExactly("ready");
    }

    @Test
    void theEventsOfAnIngestEndWithItsEnd() throws Exception {
        // Given
        Ingest ingest = begin("disk");
        onFirst = () -> {
            ingest.receive(ByteBuffer.wrap(new byte[4096]));
            ingest.complete();
        };
        // When
        List<String> states = states("disk");
        // Then
        assertThat(states.get(0)).isIn("pending", "receiving");
        assertThat(states.get(states.size() - 1)).isEqualTo("ready");
    }

    @Test
    void theEventsOfAQuarantinedImageEndWhenItIsDeleted() throws Exception {
        // Given
        client.upload("disk", new byte[] {1});
        Image image = catalog.get(ImageName.parse("disk"));
        image.move(ImageState.Ready.class, ready -> ready.quarantined("scrub-finding", "chunk 0", Instant.EPOCH));
        onFirst = () -> {
            var unused = client.http()
                    .sendAsync(client.request("/v1/images/disk").DELETE().build(), BodyHandlers.discarding());
        };
        // When
        List<String> states = states("disk");
        // Then
        assertThat(states).containsExactly("quarantined", "deleted");
    }

    @Test
    void thePoolSaysWhatItIs() throws Exception {
        var pool = AgentClient.json(client.get("/v1/pool"));
        assertThat(pool.get("engine").asText()).isEqualTo("memory");
        assertThat(pool.get("clusterSizeBytes").asInt())
                .isEqualTo(ClusterSize.parse("64K").bytes());
        assertThat(pool.get("totalClusters").asLong()).isPositive();
        assertThat(pool.get("freeClusters").asLong())
                .isEqualTo(pool.get("totalClusters").asLong());
        assertThat(pool.get("usedBytes").asLong()).isZero();
        assertThat(pool.get("path").asText()).isNotBlank();
        assertThat(pool.get("versions").isArray()).isTrue();
    }
}
