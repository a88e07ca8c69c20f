// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.gate;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import io.quarkus.arc.Arc;
import io.quarkus.smallrye.openapi.runtime.OpenApiDocumentService;
import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.TestProfile;
import io.smallrye.openapi.runtime.io.Format;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;

import static org.assertj.core.api.Assertions.assertThat;

/** The OpenAPI document is there for everybody, in the form that is asked for. */
@QuarkusTest
@TestProfile(SecuredProfile.class)
class ApiDescriptionTest {
    private static final ObjectMapper YAML = new ObjectMapper(new YAMLFactory());

    @TestHTTPResource
    URI agent;

    /** Either form: JSON is YAML as well. */
    private static JsonNode read(String document) {
        try {
            return YAML.readTree(document);
        } catch (IOException nonsense) {
            throw new AssertionError(document, nonsense);
        }
    }

    @ParameterizedTest
    @CsvSource({
        "/q/openapi, */*, YAML",
        "/q/openapi, application/yaml, YAML",
        "/q/openapi, application/json, JSON",
        "/q/openapi?format=json, */*, JSON",
        "/q/openapi?format=JSON, */*, JSON",
        "/q/openapi.json, */*, JSON",
        "/q/openapi.yaml, application/json, YAML",
        "/q/openapi.yml, */*, YAML",
    })
    void itIsTheOneOfTheFrameworkInTheFormAskedFor(String path, String accept, Format form) {
        // When
        HttpResponse<String> answer = new GateClient(agent).send("GET", path, "", "Accept", accept);

        // Then
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        assertThat(answer.headers().firstValue("Content-Type")).hasValue(form.getMimeType() + ";charset=UTF-8");
        assertThat(answer.body().startsWith("{")).isEqualTo(form == Format.JSON);
        assertThat(read(answer.body())).isEqualTo(preparedByTheFramework());
    }

    /** What it would serve at each start, where nobody keeps it from preparing that: in tests nobody does. */
    private static JsonNode preparedByTheFramework() {
        return read(new String(
                Arc.container().instance(OpenApiDocumentService.class).get().getDocument("<default>", Format.JSON),
                StandardCharsets.UTF_8));
    }

    @Test
    void aHeadHasNoBody() {
        var head = new GateClient(agent).send("HEAD", "/q/openapi", "");
        assertThat(head.statusCode()).isEqualTo(200);
        assertThat(head.headers().firstValueAsLong("Content-Length").orElseThrow())
                .isGreaterThan(10_000);
        assertThat(head.body()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"POST", "PUT", "DELETE", "PATCH", "MAKEUP"})
    void nothingElseCanBeDoneWithIt(String method) {
        var answer = new GateClient(agent).send(method, "/q/openapi", "bytes");
        GateClient.requireProblem(answer, 405, "method-not-allowed");
        assertThat(answer.headers().firstValue("Allow")).hasValue("GET, HEAD");
    }
}
