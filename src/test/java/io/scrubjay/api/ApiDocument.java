// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.api;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.scrubjay.api.problem.Problem;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Pattern;

import static org.assertj.core.api.Assertions.assertThat;

/** The OpenAPI document of an agent, and whether answers are as it says. Immutable. */
final class ApiDocument {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Set<String> METHODS = Set.of("get", "head", "put", "post", "patch", "delete");
    private static final Map<URI, ApiDocument> KNOWN = new ConcurrentHashMap<>();

    private final JsonNode root;
    private final List<Operation> operations;

    private ApiDocument(JsonNode root) {
        this.root = root;
        this.operations = operations(root);
    }

    /** One operation: a method of a path. */
    record Operation(String method, String path, JsonNode description) {
        @Override
        public String toString() {
            return method + " " + path;
        }

        /** Its answers whose status begins with this digit. */
        Set<String> statuses(char kind) {
            Set<String> statuses = new java.util.TreeSet<>();
            description.path("responses").fieldNames().forEachRemaining(status -> {
                if (status.charAt(0) == kind) {
                    statuses.add(status);
                }
            });
            return statuses;
        }

        JsonNode response(String status) {
            return description.path("responses").path(status);
        }

        private boolean matches(String wanted, String rawPath) {
            String pattern = Pattern.quote(path).replaceAll("\\{[^}]*}", "\\\\E[^/]+\\\\Q");
            return method.equals(wanted) && rawPath.matches(pattern);
        }
    }

    /** The document that the agent serves. */
    static ApiDocument of(URI agent) {
        return KNOWN.computeIfAbsent(agent.resolve("/"), ApiDocument::fetch);
    }

    private static ApiDocument fetch(URI agent) {
        try {
            HttpResponse<byte[]> document = HttpClient.newHttpClient()
                    .send(
                            HttpRequest.newBuilder(agent.resolve("/q/openapi?format=json"))
                                    .build(),
                            HttpResponse.BodyHandlers.ofByteArray());
            return new ApiDocument(JSON.readTree(document.body()));
        } catch (IOException failed) {
            throw new AssertionError("no OpenAPI document", failed);
        } catch (InterruptedException stop) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(stop);
        }
    }

    private static List<Operation> operations(JsonNode root) {
        List<Operation> operations = new ArrayList<>();
        for (Map.Entry<String, JsonNode> path : root.path("paths").properties()) {
            for (Map.Entry<String, JsonNode> operation : path.getValue().properties()) {
                if (METHODS.contains(operation.getKey())) {
                    operations.add(new Operation(
                            operation.getKey().toUpperCase(Locale.ROOT), path.getKey(), operation.getValue()));
                }
            }
        }
        return List.copyOf(operations);
    }

    JsonNode root() {
        return root;
    }

    List<Operation> operations() {
        return operations;
    }

    /** The operation that such a request asks for. */
    Optional<Operation> find(String method, String rawPath) {
        return operations.stream()
                .filter(operation -> operation.matches(method, rawPath))
                .findFirst();
    }

    /** Makes sure that the document has this answer; of what is no operation of the API it says nothing. */
    void requireDocumented(HttpResponse<byte[]> answer) {
        find(answer.request().method(), answer.uri().getRawPath())
                .ifPresent(operation -> requireDocumented(operation, answer));
    }

    private static void requireDocumented(Operation operation, HttpResponse<byte[]> answer) {
        JsonNode response = operation.response(Integer.toString(answer.statusCode()));
        assertThat(response.isMissingNode())
                .as("%s: %d is documented: %s", operation, answer.statusCode(), AgentClient.text(answer))
                .isFalse();
        if (answer.body().length == 0) {
            return;
        }
        String mediaType =
                answer.headers().firstValue("Content-Type").orElse("none").split(";", 2)[0];
        assertThat(response.path("content").fieldNames())
                .toIterable()
                .as("%s: media types of %d", operation, answer.statusCode())
                .contains(mediaType);
        if (mediaType.equals(Problem.MEDIA_TYPE)) {
            requireCode(operation, response, answer);
        }
    }

    private static void requireCode(Operation operation, JsonNode response, HttpResponse<byte[]> answer) {
        try {
            assertThat(response.path("x-problem-codes"))
                    .extracting(JsonNode::asText)
                    .as("%s: codes of %d", operation, answer.statusCode())
                    .contains(AgentClient.json(answer).path("code").asText());
        } catch (IOException nonsense) {
            throw new AssertionError(AgentClient.text(answer), nonsense);
        }
    }
}
