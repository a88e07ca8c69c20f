// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.gate;

import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.TestProfile;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import java.net.URI;
import java.util.List;

import static org.assertj.core.api.Assertions.assertThat;

/** What pages in a browser can do to an agent that is open to everybody. */
@QuarkusTest
@TestProfile(LimitsTest.NarrowProfile.class)
class OriginTest {
    @TestHTTPResource
    URI agent;

    @TestHTTPResource(value = "/", management = true)
    URI management;

    private GateClient client;

    @BeforeEach
    void makeAVolume() {
        client = new GateClient(agent);
        assertThat(client.postJson("/v1/volumes", "{\"name\":\"v\",\"sizeBytes\":65536}")
                        .statusCode())
                .isEqualTo(201);
    }

    @AfterEach
    void deleteIt() {
        assertThat(client.delete("/v1/volumes/v").statusCode()).isEqualTo(204);
    }

    private String own() {
        return agent.getScheme() + "://" + agent.getAuthority();
    }

    /** None of these would a browser ask about first. */
    @ParameterizedTest
    @CsvSource({"POST, /v1/volumes/v/inflate", "POST, /v1/volumes/v/decouple", "GET, /v1/volumes"})
    void aPageOfAnotherOriginIsRefused(String method, String path) {
        var answer = client.send(method, path, "", "Origin", "http://elsewhere.example");
        GateClient.requireProblem(answer, 403, "forbidden");
    }

    @Test
    void aPageOfOurOwnIsNot() {
        var inflated = client.send("POST", "/v1/volumes/v/inflate", "", "Origin", own());
        assertThat(inflated.statusCode()).as(inflated.body()).isBetween(200, 299);
    }

    /** The framework would have all pages read those. */
    @ParameterizedTest
    @ValueSource(strings = {"/q/health", "/q/health/live", "/q/metrics"})
    void pagesDoNotReadHealthAndMetrics(String path) {
        for (URI port : List.of(agent, management)) {
            var answer = client.send("GET", port.resolve(path).toString(), "", "Origin", "http://elsewhere.example");
            assertThat(answer.statusCode()).isEqualTo(200);
            assertThat(answer.headers().firstValue("Access-Control-Allow-Origin"))
                    .isEmpty();
        }
    }

    @Test
    void nobodyIsGrantedAnything() {
        var asked = client.send(
                "OPTIONS",
                "/v1/images/x/content",
                "",
                "Origin",
                "http://elsewhere.example",
                "Access-Control-Request-Method",
                "PUT");
        assertThat(asked.headers().firstValue("Access-Control-Allow-Origin")).isEmpty();
    }
}
