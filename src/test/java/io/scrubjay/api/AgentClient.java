// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.api;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;

/** Speaks to an agent as a client would, and expects no answer but those in the OpenAPI document. */
public final class AgentClient {
    private static final ObjectMapper JSON = new ObjectMapper();

    private final HttpClient http =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private final URI agent;

    public AgentClient(URI agent) {
        this.agent = agent;
    }

    public HttpRequest.Builder request(String path) {
        return HttpRequest.newBuilder(agent.resolve(path)).timeout(Duration.ofSeconds(60));
    }

    public HttpResponse<byte[]> send(HttpRequest.Builder request) throws IOException, InterruptedException {
        HttpResponse<byte[]> answer = http.send(request.build(), BodyHandlers.ofByteArray());
        ApiDocument.of(agent).requireDocumented(answer);
        return answer;
    }

    public HttpClient http() {
        return http;
    }

    public HttpResponse<byte[]> get(String path, String... headers) throws IOException, InterruptedException {
        HttpRequest.Builder request = request(path);
        return send(headers.length == 0 ? request : request.headers(headers));
    }

    public HttpResponse<byte[]> delete(String path) throws IOException, InterruptedException {
        return send(request(path).DELETE());
    }

    public HttpResponse<byte[]> post(String path, String mediaType, String body)
            throws IOException, InterruptedException {
        return send(request(path).header("Content-Type", mediaType).POST(BodyPublishers.ofString(body)));
    }

    public HttpResponse<byte[]> upload(String name, byte[] bytes) throws IOException, InterruptedException {
        return send(request("/v1/images/" + name + "/content?format=raw&compression=none")
                .PUT(BodyPublishers.ofByteArray(bytes)));
    }

    /** The value of a gauge at this moment. */
    public double gauge(String name) throws IOException, InterruptedException {
        return text(get("/q/metrics"))
                .lines()
                .filter(line -> line.startsWith(name + " "))
                .mapToDouble(line -> Double.parseDouble(line.substring(name.length() + 1)))
                .findFirst()
                .orElseThrow();
    }

    /** How many bytes the pool's volumes have, of whatever kind. */
    public long usedBytes() throws IOException, InterruptedException {
        return json(get("/v1/pool")).get("usedBytes").asLong();
    }

    public static JsonNode json(HttpResponse<byte[]> response) throws IOException {
        return JSON.readTree(response.body());
    }

    public static String text(HttpResponse<byte[]> response) {
        return new String(response.body(), java.nio.charset.StandardCharsets.UTF_8);
    }
}
