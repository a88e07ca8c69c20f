// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.gate;

import com.fasterxml.jackson.databind.JsonNode;
import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.TestProfile;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

import java.net.URI;
import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;

import static org.assertj.core.api.Assertions.assertThat;

/** Calls everything that the OpenAPI document has, as nobody and as each role. */
@QuarkusTest
@TestProfile(SecuredProfile.class)
class EveryOperationTest {
    private static final Set<String> METHODS = Set.of("get", "head", "put", "post", "patch", "delete");
    private static final Set<String> LOOKING = Set.of("GET", "HEAD");
    /** What uploaders may change; everything else is the administrators'. */
    private static final Set<String> UPLOADERS = Set.of(
            "PUT /v1/images/{name}/content",
            "POST /v1/images",
            "POST /v1/images/{name}",
            "POST /v1/upload-urls",
            "POST /v1/uploads",
            "PATCH /v1/uploads/{upload}",
            "DELETE /v1/uploads/{upload}");

    @TestHTTPResource
    URI agent;

    private GateClient nobody;

    /** One operation of the document. */
    private record Operation(String method, String template, JsonNode description) {
        String path() {
            return template.replaceAll("\\{[^}]*}", "none");
        }

        @Override
        public String toString() {
            return method + " " + template;
        }
    }

    @BeforeEach
    void connect() {
        nobody = new GateClient(agent);
    }

    private JsonNode document() {
        return GateClient.json(nobody.get("/q/openapi?format=json"));
    }

    private List<Operation> operations() {
        List<Operation> operations = new ArrayList<>();
        for (Map.Entry<String, JsonNode> path : document().path("paths").properties()) {
            for (Map.Entry<String, JsonNode> operation : path.getValue().properties()) {
                if (METHODS.contains(operation.getKey())) {
                    operations.add(new Operation(
                            operation.getKey().toUpperCase(Locale.ROOT), path.getKey(), operation.getValue()));
                }
            }
        }
        return operations;
    }

    private static String role(Operation operation) {
        return LOOKING.contains(operation.method())
                ? "read"
                : UPLOADERS.contains(operation.toString()) ? "upload" : "admin";
    }

    private static HttpResponse<String> call(GateClient client, Operation operation) {
        return client.send(operation.method(), operation.path(), "");
    }

    /** Nothing that is tried here may hang: it either is refused or has no body to work with. */
    private static boolean isLetIn(HttpResponse<String> response) {
        return response.statusCode() != 401 && response.statusCode() != 403;
    }

    @Test
    void theDocumentHasThemAll() {
        assertThat(operations())
                .hasSizeGreaterThan(35)
                .extracting(Operation::toString)
                .containsAll(UPLOADERS)
                .contains("DELETE /v1/images/{name}", "GET /v1/pool", "PATCH /v1/scrub");
    }

    @TestFactory
    Stream<DynamicTest> nobodyIsLetIn() {
        return operations().stream()
                .map(operation -> DynamicTest.dynamicTest(operation.toString(), () -> {
                    HttpResponse<String> response = call(nobody, operation);
                    assertThat(response.statusCode()).isEqualTo(401);
                    assertThat(response.headers().firstValue("WWW-Authenticate"))
                            .isPresent();
                    if (!operation.method().equals("HEAD")) {
                        GateClient.requireProblem(response, 401, "unauthorized");
                    }
                }));
    }

    @TestFactory
    Stream<DynamicTest> readersChangeNothing() {
        GateClient reader = nobody.with(SecretFiles.READ_TOKEN);
        return operations().stream()
                .map(operation -> DynamicTest.dynamicTest(operation.toString(), () -> {
                    if (LOOKING.contains(operation.method())) {
                        assertThat(isLetIn(call(reader, operation))).isTrue();
                    } else {
                        GateClient.requireProblem(call(reader, operation), 403, "forbidden");
                    }
                }));
    }

    @TestFactory
    Stream<DynamicTest> uploadersCreateImagesAndChangeNothingElse() {
        GateClient uploader = nobody.with(SecretFiles.UPLOAD_TOKEN);
        return operations().stream()
                .map(operation -> DynamicTest.dynamicTest(operation.toString(), () -> {
                    boolean may = LOOKING.contains(operation.method()) || UPLOADERS.contains(operation.toString());
                    assertThat(isLetIn(call(uploader, operation))).isEqualTo(may);
                }));
    }

    @TestFactory
    Stream<DynamicTest> administratorsMayDoEverything() {
        GateClient administrator = nobody.with(SecretFiles.ADMIN_TOKEN);
        return operations().stream()
                .map(operation -> DynamicTest.dynamicTest(
                        operation.toString(),
                        () -> assertThat(isLetIn(call(administrator, operation)))
                                .isTrue()));
    }

    @TestFactory
    Stream<DynamicTest> theDocumentSaysHowToGetIn() {
        return operations().stream()
                .map(operation -> DynamicTest.dynamicTest(operation.toString(), () -> {
                    assertThat(operation
                                    .description()
                                    .at("/security/0/bearer/0")
                                    .asText())
                            .isEqualTo(role(operation));
                    assertThat(operation.description().path("responses").fieldNames())
                            .toIterable()
                            .contains("401", "403");
                }));
    }

    @Test
    void formsAreProtectedAllTheSame() {
        HttpResponse<String> response =
                nobody.send("POST", "/v1/images", "--x--", "Content-Type", "multipart/form-data; boundary=x");
        GateClient.requireProblem(response, 401, "unauthorized");
        GateClient.requireProblem(
                nobody.with(SecretFiles.READ_TOKEN)
                        .send("POST", "/v1/images", "--x--", "Content-Type", "multipart/form-data; boundary=x"),
                403,
                "forbidden");
    }

    @Test
    void theDocumentHasTheScheme() {
        assertThat(document().at("/components/securitySchemes").fieldNames())
                .toIterable()
                .contains("bearer");
    }

    @Test
    void probesMetricsAndTheDocumentAreForEverybody() {
        for (String path : List.of(
                "/q/health", "/q/health/live", "/q/health/ready", "/q/metrics", "/q/openapi", "/q/swagger-ui/")) {
            assertThat(nobody.get(path).statusCode()).as(path).isEqualTo(200);
        }
    }
}
