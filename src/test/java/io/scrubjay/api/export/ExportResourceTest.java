// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.api.export;

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

import java.net.URI;
import java.net.http.HttpResponse;

import static org.assertj.core.api.Assertions.assertThat;

/** Exports where the engine has none: clear answers, and nothing else changes. */
@QuarkusTest
@TestProfile(MemoryPoolProfile.class)
class ExportResourceTest {
    private static final String JSON = "application/json";

    @TestHTTPResource
    URI agent;

    private AgentClient client;

    @BeforeEach
    void makeOneOfEach() throws Exception {
        client = new AgentClient(agent);
        client.upload("one", new byte[] {1, 2, 3});
        client.post("/v1/volumes", JSON, "{\"name\":\"one\",\"sizeBytes\":65536}");
        client.post("/v1/volumes/one/snapshots", JSON, "{\"name\":\"one\"}");
    }

    @AfterEach
    void removeThem() throws Exception {
        // An export that failed must not keep anything in use.
        assertThat(client.delete("/v1/snapshots/one").statusCode()).isEqualTo(204);
        assertThat(client.delete("/v1/volumes/one").statusCode()).isEqualTo(204);
        assertThat(client.delete("/v1/images/one").statusCode()).isEqualTo(204);
    }

    @ParameterizedTest
    @CsvSource({"volumes, export-unsupported", "images, export-unsupported", "snapshots, export-unsupported"})
    void anEngineWithoutExportsSaysSo(String kind, String code) throws Exception {
        assertProblem(client.post("/v1/" + kind + "/one/export", JSON, "{\"protocol\":\"nvme-tcp\"}"), 501, code);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "volumes  |{\"protocol\":\"nbd\"}                        |501|export-unsupported",
                "volumes  |{\"protocol\":\"nvme-tcp\",\"readOnly\":true}  |501|export-unsupported",
                "images   |{\"protocol\":\"nvme-tcp\",\"readOnly\":false} |501|export-unsupported",
                "snapshots|{\"protocol\":\"nvme-tcp\",\"readOnly\":false} |501|export-unsupported",
                "volumes  |{}                                         |400|invalid-request",
            })
    void whatCannotBeHadIsRefused(String kind, String body, int status, String code) throws Exception {
        assertProblem(client.post("/v1/" + kind + "/one/export", JSON, body), status, code);
    }

    @Test
    void whatDoesNotExistIsNotExported() throws Exception {
        String order = "{\"protocol\":\"nvme-tcp\"}";
        assertProblem(client.post("/v1/volumes/none/export", JSON, order), 404, "volume-not-found");
        assertProblem(client.post("/v1/images/none/export", JSON, order), 404, "image-not-found");
        assertProblem(client.post("/v1/snapshots/none/export", JSON, order), 404, "snapshot-not-found");
    }

    @Test
    void whatIsNotExportedHasNoExport() throws Exception {
        for (String kind : new String[] {"volumes", "images", "snapshots"}) {
            assertProblem(client.get("/v1/" + kind + "/one/export"), 404, "export-not-found");
        }
        assertProblem(client.get("/v1/images/none/export"), 404, "image-not-found");
    }

    @Test
    void endingAnExportThatIsNoneIsHarmless() throws Exception {
        assertThat(client.delete("/v1/volumes/one/export").statusCode()).isEqualTo(204);
        assertThat(client.delete("/v1/images/one/export").statusCode()).isEqualTo(204);
        assertThat(client.delete("/v1/snapshots/one/export").statusCode()).isEqualTo(204);
    }

    private static void assertProblem(HttpResponse<byte[]> response, int status, String code) throws Exception {
        assertThat(response.statusCode()).as(AgentClient.text(response)).isEqualTo(status);
        assertThat(AgentClient.json(response).get("code").asText()).isEqualTo(code);
    }
}
