// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.gate;

import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.QuarkusTestProfile;
import io.quarkus.test.junit.TestProfile;
import io.scrubjay.ProcessFiles;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import java.net.URI;
import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

import static org.assertj.core.api.Assertions.assertThat;

/** One client sends the heads of many requests and no body; others are served all the same. */
@QuarkusTest
@TestProfile(StalledBodiesTest.FewPlacesProfile.class)
class StalledBodiesTest {
    private static final int PLACES = 3;
    private static final String HEAD = "POST /v1/volumes HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n";

    @TestHTTPResource
    URI agent;

    private final List<RawConnection> stalled = new ArrayList<>();

    /** Few places and few workers; and so much patience that no place is given back for the time it takes. */
    public static class FewPlacesProfile implements QuarkusTestProfile {
        @Override
        public Map<String, String> getConfigOverrides() {
            return Map.of(
                    "scrubjay.engine", "memory",
                    "scrubjay.state.path", ProcessFiles.of("state-stalled").toString(),
                    "scrubjay.http.requests-max", Integer.toString(PLACES),
                    "scrubjay.http.json-timeout", "1h",
                    "quarkus.thread-pool.max-threads", "2");
        }
    }

    @AfterEach
    void close() {
        stalled.forEach(RawConnection::close);
    }

    /** Returns when the agent waits for the rest of the body. */
    private RawConnection stall() {
        RawConnection connection = new RawConnection(agent);
        stalled.add(connection);
        connection
                .send(HEAD + "Expect: 100-continue\r\nContent-Length: 100\r\n\r\n")
                .readUntil("100 Continue\r\n\r\n");
        return connection.send("{\"name\":");
    }

    private void stallInEveryPlace() {
        for (int i = 0; i < PLACES; i++) {
            stall();
        }
    }

    @Test
    void bodiesThatDoNotComeHoldNeitherPlacesNorWorkers() {
        // Given
        stallInEveryPlace();
        GateClient client = new GateClient(agent);

        // When
        HttpResponse<String> listed = client.get("/v1/images");
        HttpResponse<String> made = client.postJson("/v1/volumes", "{\"name\":\"v\",\"sizeBytes\":4096}");

        // Then
        assertThat(listed.statusCode()).isEqualTo(200);
        assertThat(made.statusCode()).as(made.body()).isEqualTo(201);
        assertThat(client.delete("/v1/volumes/v").statusCode()).isEqualTo(204);
    }

    @Test
    void theOneThatHasWaitedLongestIsRefusedForANewOne() {
        // Given
        stallInEveryPlace();

        // When
        stall();

        // Then
        assertThat(stalled.get(0).readUntil("\"busy\""))
                .startsWith("HTTP/1.1 503 ")
                .contains("Retry-After: 5");
        stalled.get(1)
                .send("\"late\",\"sizeBytes\":4096" + " ".repeat(92 - 24) + "}")
                .readUntil("HTTP/1.1 201 ");
        assertThat(new GateClient(agent).delete("/v1/volumes/late").statusCode())
                .isEqualTo(204);
    }

    @Test
    void http2BodiesArriveInPartsAndEmptyOnesAreRefused() {
        Map<String, String> json = Map.of("Content-Type", "application/json");
        try (Http2Request whole = new Http2Request(agent, "POST", "/v1/volumes", json);
                Http2Request empty = new Http2Request(agent, "POST", "/v1/volumes", json)) {
            // When
            whole.send("{\"name\":\"parts\",").send("\"sizeBytes\":4096}").end();
            empty.end();

            // Then
            assertThat(whole.status()).isEqualTo(201);
            assertThat(empty.status()).isEqualTo(400);
        }
        assertThat(new GateClient(agent).delete("/v1/volumes/parts").statusCode())
                .isEqualTo(204);
    }
}
