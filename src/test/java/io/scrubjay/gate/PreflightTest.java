// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.gate;

import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.QuarkusTestProfile;
import io.quarkus.test.junit.TestProfile;
import io.scrubjay.ProcessFiles;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import java.net.URI;
import java.net.http.HttpResponse;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

import static org.assertj.core.api.Assertions.assertThat;

/** A browser asks beforehand, without a token, whether a page may: pages of one origin may, on an agent that needs tokens. */
@QuarkusTest
@TestProfile(PreflightTest.ConsoleProfile.class)
class PreflightTest {
    private static final String CONSOLE = "https://console.example";
    private static final String PATH = "/v1/images/x/content";

    @TestHTTPResource
    URI agent;

    private GateClient nobody;

    /** An agent with tokens, which pages of one other origin may use. */
    public static class ConsoleProfile implements QuarkusTestProfile {
        @Override
        public Map<String, String> getConfigOverrides() {
            return Map.of(
                    "scrubjay.engine",
                    "memory",
                    "scrubjay.state.path",
                    ProcessFiles.of("state-preflight").toString(),
                    "scrubjay.security.tokens-file",
                    SecretFiles.tokens().toString(),
                    "quarkus.http.cors.origins",
                    "https://another.example, " + CONSOLE,
                    "quarkus.http.cors.methods",
                    "GET, PUT");
        }
    }

    @BeforeEach
    void connect() {
        nobody = new GateClient(agent);
    }

    private static void requireGranted(HttpResponse<String> answer, String origin) {
        assertThat(answer.headers().firstValue("Access-Control-Allow-Origin")).hasValue(origin);
    }

    private static void requireNothingGranted(HttpResponse<String> answer) {
        assertThat(answer.headers().firstValue("Access-Control-Allow-Methods")).isEmpty();
    }

    @Test
    void aBrowserIsAnsweredThatAsksForAnAllowedOrigin() {
        // When
        HttpResponse<String> answer =
                nobody.send("OPTIONS", PATH, "", "Origin", CONSOLE, "Access-Control-Request-Method", "PUT");

        // Then
        assertThat(answer.statusCode()).as(answer.body()).isBetween(200, 204);
        requireGranted(answer, CONSOLE);
        assertThat(answer.headers().firstValue("Access-Control-Allow-Methods").orElseThrow())
                .contains("PUT");
    }

    @Test
    void aBrowserIsRefusedThatAsksForAnotherOrigin() {
        // When
        HttpResponse<String> answer = nobody.send(
                "OPTIONS", PATH, "", "Origin", "https://elsewhere.example", "Access-Control-Request-Method", "PUT");

        // Then
        GateClient.requireProblem(answer, 403, "forbidden");
        requireNothingGranted(answer);
        assertThat(answer.headers().firstValue("Access-Control-Allow-Origin")).isEmpty();
    }

    /** What does not ask for a method is no question of a browser, and neither is what has no origin. */
    @Test
    void whatOnlyLooksLikeThatNeedsACallerThatIsKnown() {
        // OPTIONS is none of the methods that pages of that origin may use.
        GateClient.requireProblem(nobody.send("OPTIONS", PATH, "", "Origin", CONSOLE), 403, "forbidden");
        GateClient.requireProblem(
                nobody.send("OPTIONS", PATH, "", "Access-Control-Request-Method", "PUT"), 401, "unauthorized");
    }

    @Test
    void aMethodThatPagesMayNotUseIsRefusedInWords() {
        // When
        HttpResponse<String> answer =
                nobody.with(SecretFiles.ADMIN_TOKEN).send("DELETE", "/v1/images/disk", "", "Origin", CONSOLE);

        // Then
        GateClient.requireProblem(answer, 403, "forbidden");
        assertThat(answer.body()).contains("DELETE", "quarkus.http.cors.methods");
    }

    @Test
    void aMethodThatPagesMayUseReachesTheAgent() {
        GateClient.requireProblem(nobody.send("PUT", PATH, "", "Origin", CONSOLE), 401, "unauthorized");
    }

    /** An answer to the question is not leave to do it. */
    @Test
    void theRequestItselfNeedsACallerThatIsKnown() {
        GateClient.requireProblem(nobody.send("GET", "/v1/images", "", "Origin", CONSOLE), 401, "unauthorized");
        HttpResponse<String> known =
                nobody.with(SecretFiles.READ_TOKEN).send("GET", "/v1/images", "", "Origin", CONSOLE);
        assertThat(known.statusCode()).isEqualTo(200);
        requireGranted(known, CONSOLE);
    }

    /** Also what is refused before the framework has looked at the origin. */
    @ParameterizedTest
    @CsvSource({"PUT, /v1/pool, 405", "GET, /v1/images/x, 401"})
    void aPageMayReadWhyItIsRefused(String method, String path, int status) {
        // When
        HttpResponse<String> refused = nobody.send(method, path, "", "Origin", CONSOLE);

        // Then
        HttpResponse<String> served =
                nobody.with(SecretFiles.READ_TOKEN).send("GET", "/v1/images", "", "Origin", CONSOLE);
        assertThat(refused.statusCode()).isEqualTo(status);
        assertThat(granted(refused)).isEqualTo(granted(served));
        requireGranted(refused, CONSOLE);
    }

    @Test
    void aPageOfAnotherOriginMayNotReadIt() {
        HttpResponse<String> refused = nobody.send("PUT", "/v1/pool", "", "Origin", "https://elsewhere.example");
        assertThat(refused.headers().firstValue("Access-Control-Allow-Origin")).isEmpty();
    }

    /** The fields that tell a browser what a page may do with an answer. Which methods it may use is for the question. */
    private static Map<String, List<String>> granted(HttpResponse<String> answer) {
        Map<String, List<String>> granted = new TreeMap<>(answer.headers().map());
        granted.keySet().removeIf(field -> !field.startsWith("access-control-") || field.endsWith("-methods"));
        return granted;
    }
}
