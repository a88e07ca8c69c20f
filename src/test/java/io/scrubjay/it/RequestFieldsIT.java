// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.it;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

import java.io.IOException;
import java.nio.charset.Charset;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

import static org.assertj.core.api.Assertions.assertThat;

/** What a client says beside its request is heeded or refused, not passed over. */
@Timeout(value = 5, unit = TimeUnit.MINUTES)
class RequestFieldsIT {
    @RegisterExtension
    static final Workspace WORKSPACE = Workspace.of(RequestFieldsIT.class);

    private static final String JSON = "{\"name\":\"v\",\"sizeBytes\":65536}";
    private static final String LONG_AGO = "Mon, 01 Jan 2001 00:00:00 GMT";
    private static final String IN_A_LONG_TIME = "Sun, 01 Jan 2096 00:00:00 GMT";

    private static AgentProcess agent;

    @BeforeAll
    static void start() throws IOException {
        agent = WORKSPACE.agent("agent").start();
        agent.images().upload("image", Files.write(WORKSPACE.file("image"), new byte[] {1, 2, 3}));
    }

    @AfterAll
    static void stop() {
        agent.terminate();
    }

    private static CurlAnswer create(String... more) {
        return agent.curl("/v1/volumes").with(more).with("-d", JSON).run();
    }

    @Test
    void jsonInAnotherFormThanTheAgentReadsIsRefused() {
        for (String field : List.of(
                "Content-Encoding: gzip",
                "Content-Encoding: identity, br",
                "Content-Type: application/json; charset=utf-16",
                "Content-Type: application/json;Charset=\"ISO-8859-1\"")) {
            // When
            CurlAnswer answer = create("-H", "Content-Type: application/json", "-H", field);

            // Then
            answer.requireProblem(415, "unsupported-media-type");
            assertThat(answer.json().path("detail").asText()).contains("UTF-8", "Content-Type: application/json");
        }
        for (String field : List.of("Content-Encoding: identity", "Content-Type: application/json; charset=UTF-8")) {
            create("-H", "Content-Type: application/json", "-H", field).require(201);
            agent.curl("/v1/volumes/v").with("-X", "DELETE").run().require(204);
        }
    }

    @Test
    void jsonInAnotherEncodingThanItSaysIsRefused() throws IOException {
        for (String charset : List.of("UTF-16LE", "UTF-16", "UTF-32BE")) {
            Path body = Files.write(WORKSPACE.file("json-" + charset), JSON.getBytes(Charset.forName(charset)));

            // When
            CurlAnswer answer = agent.curl("/v1/volumes")
                    .with("-H", "Content-Type: application/json", "--data-binary", "@" + body)
                    .run();

            // Then
            answer.requireProblem(415, "unsupported-media-type");
            assertThat(answer.json().path("detail").asText()).contains("UTF-8");
        }
    }

    @Test
    void queryKeyWithoutAValueIsNamedWithWhatItHasToBe() {
        Map<String, String> expected = Map.of(
                "/v1/images?limit=", "'limit' has no value; its value must be a whole number from 1 to 1000",
                "/v1/volumes?limit", "'limit' has no value; its value must be a whole number from 1 to 1000",
                "/v1/images?name=", "'name' has no value; its value must be the first characters of a name",
                "/v1/scrub/runs?after=&limit=1", "'after' has no value",
                "/v1/images?state=%20", "'state' has no value");

        expected.forEach((path, why) -> {
            // When
            CurlAnswer answer = agent.curl(path).run();

            // Then
            answer.requireProblem(400, "invalid-request");
            assertThat(answer.json().path("detail").asText()).contains(why);
        });
        Map<String, String> expectedOfUploads = Map.of(
                "format", "one of auto, raw, qcow2",
                "digest", "sha-256:<hex> or sha-512:<hex>",
                "checksum", "sha-256:<hex> or sha-512:<hex>",
                "contentDigest", "scrubjay1:<hex>",
                "size", "such as 20G");
        expectedOfUploads.forEach((key, value) -> {
            // When
            CurlAnswer answer = agent.curl("/v1/images/x/content?" + key + "=")
                    .with("-X", "PUT", "-d", "abc")
                    .run();

            // Then
            answer.requireProblem(400, "invalid-request");
            assertThat(answer.json().path("detail").asText())
                    .contains("'" + key + "' has no value; its value must be " + value);
        });
    }

    @Test
    void bodyWhereNoneIsTakenIsRefused() {
        // Given
        agent.curl("/v1/volumes")
                .with("-H", "Content-Type: application/json", "-d", JSON.replace("\"v\"", "\"job\""))
                .run()
                .require(201);

        for (String job : List.of("inflate", "decouple")) {
            for (String type : List.of("application/json", "text/plain", "application/x-www-form-urlencoded")) {
                for (String length : List.of("X: y", "Transfer-Encoding: chunked")) {
                    // When
                    CurlAnswer answer = agent.curl("/v1/volumes/job/" + job)
                            .with("-H", "Content-Type: " + type, "-H", length)
                            .with("-d", "{\"sizeBytes\":1}")
                            .run();

                    // Then
                    answer.requireProblem(400, "invalid-request");
                    assertThat(answer.json().path("detail").asText()).contains("must have no body");
                }
            }
        }
        agent.curl("/v1/volumes/job/inflate").with("-d", "").run().require(202);
    }

    @Test
    void dateSinceWhichNothingHasChangedIsAnsweredWithNotModified() {
        // Given
        String date = get().header("Last-Modified").orElseThrow();
        String tag = get().header("ETag").orElseThrow();

        // When // Then
        assertThat(get("If-Modified-Since: " + date).require(304).header("ETag"))
                .hasValue(tag);
        // It may be of other bytes that had this name before the clock was set back.
        assertThat(get("If-Modified-Since: " + IN_A_LONG_TIME).status()).isEqualTo(200);
        assertThat(get("If-Modified-Since: " + LONG_AGO).status()).isEqualTo(200);
        assertThat(get("If-Modified-Since: yesterday").status()).isEqualTo(200);
        assertThat(get("If-Modified-Since: " + date, "If-None-Match: \"other\"").status())
                .isEqualTo(200);
        assertThat(get("If-Modified-Since: " + LONG_AGO, "If-None-Match: " + tag)
                        .status())
                .isEqualTo(304);
        assertThat(agent.curl("/v1/images/image/content")
                        .with("-I", "-H", "If-Modified-Since: " + date)
                        .run()
                        .status())
                .isEqualTo(304);
    }

    private static CurlAnswer get(String... fields) {
        Curl curl = agent.curl("/v1/images/image/content");
        for (String field : fields) {
            curl = curl.with("-H", field);
        }
        return curl.run();
    }
}
