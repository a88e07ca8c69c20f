// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.gate;

import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpVersion;

import java.net.URI;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/**
 * A request over HTTP/2 on a connection of its own, whose body comes when a test says so, and not necessarily to its end.
 * Confined to one thread.
 */
public final class Http2Request implements AutoCloseable {
    private static final int PATIENCE_SECONDS = 60;

    private final Vertx vertx = Vertx.vertx();
    private final HttpClient client;
    private final HttpClientRequest request;
    private final URI server;
    private final CompletableFuture<Void> reset = new CompletableFuture<>();

    /** Nothing is sent yet. */
    public Http2Request(URI agent, String method, String path, Map<String, String> headers) {
        client = vertx.createHttpClient(
                new HttpClientOptions().setProtocolVersion(HttpVersion.HTTP_2).setHttp2ClearTextUpgrade(false));
        request = await(client.request(HttpMethod.valueOf(method), agent.getPort(), agent.getHost(), path)
                .toCompletionStage()
                .toCompletableFuture());
        server = agent;
        request.setChunked(true);
        request.exceptionHandler(cut -> reset.complete(null));
        headers.forEach(request::putHeader);
    }

    /** Sends the head, if it has not gone yet, and a part of the body. */
    public Http2Request send(String bytes) {
        await(request.write(Buffer.buffer(bytes)).toCompletionStage().toCompletableFuture());
        return this;
    }

    /** Sends the end of the body. */
    public Http2Request end() {
        await(request.end().toCompletionStage().toCompletableFuture());
        return this;
    }

    /** Takes the request back, and lets the connection be. */
    public void reset() {
        request.reset();
    }

    /** The status of the answer; fails when the request is reset before. */
    public int status() {
        return await(request.response()
                .map(HttpClientResponse::statusCode)
                .toCompletionStage()
                .toCompletableFuture());
    }

    /** Waits until the agent has given the request up without an answer. */
    public void awaitCut() {
        await(request.response().otherwiseEmpty().toCompletionStage().toCompletableFuture());
    }

    /** Waits until the agent has reset the stream, whatever it answered before. */
    public void awaitReset() {
        await(reset);
    }

    /** The status of another request, a GET; fails when this needs another connection. */
    public int statusOnTheSameConnection(String path) {
        return await(client.request(HttpMethod.GET, server.getPort(), server.getHost(), path)
                .compose(other -> {
                    if (other.connection() != request.connection()) {
                        throw new AssertionError("the connection has ended");
                    }
                    return other.send();
                })
                .map(HttpClientResponse::statusCode)
                .toCompletionStage()
                .toCompletableFuture());
    }

    private static <T> T await(CompletableFuture<T> stage) {
        return stage.orTimeout(PATIENCE_SECONDS, TimeUnit.SECONDS).join();
    }

    @Override
    public void close() {
        // With its threads, which would keep the whole class loader of the profile.
        await(vertx.close().toCompletionStage().toCompletableFuture());
    }
}
