// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.engine.spdk.process;

import io.scrubjay.engine.EngineException.DeviceFailed;
import io.scrubjay.engine.Errno;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CompletableFuture;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

/** A client of a server that answers what the test says, in the pieces the test says. */
class JsonRpcTest {
    @TempDir
    Path directory;

    private ServerSocketChannel server;
    private final List<String> requests = Collections.synchronizedList(new ArrayList<>());

    @BeforeEach
    void listen() throws IOException {
        server = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
        server.bind(UnixDomainSocketAddress.of(directory.resolve("rpc.sock")));
    }

    @AfterEach
    void stop() throws IOException {
        server.close();
    }

    private JsonRpc client() {
        return JsonRpc.connect(directory.resolve("rpc.sock"), JsonRpc.Attention.CONSTANT);
    }

    /** Serves one connection: after each request, the pieces that belong to it; then closes. */
    private CompletableFuture<Void> answering(List<List<String>> answers) {
        return CompletableFuture.runAsync(() -> {
            try (SocketChannel client = server.accept()) {
                ByteBuffer request = ByteBuffer.allocate(4096);
                for (List<String> pieces : answers) {
                    request.clear();
                    client.read(request);
                    requests.add(StandardCharsets.UTF_8.decode(request.flip()).toString());
                    for (String piece : pieces) {
                        client.write(StandardCharsets.UTF_8.encode(piece));
                    }
                }
            } catch (IOException failed) {
                throw new IllegalStateException(failed);
            }
        });
    }

    private static String result(int id, String result) {
        return "{\"jsonrpc\":\"2.0\",\"id\":" + id + ",\"result\":" + result + "}";
    }

    private static String error(int id, int code, String message) {
        return "{\"jsonrpc\":\"2.0\",\"id\":" + id + ",\"error\":{\"code\":" + code + ",\"message\":\"" + message
                + "\"}}";
    }

    @Test
    void callSendsItsParametersAndReturnsTheResult() {
        CompletableFuture<Void> served =
                answering(List.of(List.of(result(1, "\"a-uuid\"")), List.of(result(2, "true"))));
        try (JsonRpc rpc = client()) {
            assertThat(rpc.call("create", JsonRpc.parameters().put("name", "a")).asText())
                    .isEqualTo("a-uuid");
            assertThat(rpc.call("list").asBoolean()).isTrue();
        }

        served.join();
        assertThat(requests)
                .containsExactly(
                        "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"create\",\"params\":{\"name\":\"a\"}}",
                        "{\"jsonrpc\":\"2.0\",\"id\":2,\"method\":\"list\"}");
    }

    @Test
    void answerMayComeInPieces() {
        String answer = result(1, "[{\"name\":\"a}{\"},{\"text\":\"\\\"}\"}]");
        List<String> letters = answer.chars().mapToObj(Character::toString).toList();
        CompletableFuture<Void> served = answering(List.of(letters, List.of(result(2, "2"))));
        try (JsonRpc rpc = client()) {
            assertThat(rpc.call("list").path(0).path("name").asText()).isEqualTo("a}{");
            assertThat(rpc.call("next").asInt()).isEqualTo(2);
        }
        served.join();
    }

    @Test
    void attentionBeginsAndEndsOnceWithEachCallAlsoWithOneThatFails() {
        List<String> told = Collections.synchronizedList(new ArrayList<>());
        JsonRpc.Attention attention = new JsonRpc.Attention() {
            @Override
            public void begins() {
                told.add("begins");
            }

            @Override
            public void ends() {
                told.add("ends");
            }
        };
        CompletableFuture<Void> served = answering(List.of(List.of(result(1, "1")), List.of()));
        try (JsonRpc rpc = JsonRpc.connect(directory.resolve("rpc.sock"), attention)) {
            rpc.call("answered");
            assertThat(told).containsExactly("begins", "ends");
            assertThatThrownBy(() -> rpc.call("cut off")).isInstanceOf(DeviceFailed.class);
        }
        served.join();
        assertThat(told).containsExactly("begins", "ends", "begins", "ends");
    }

    /** An answer nobody has asked for yet: SPDK sends none, but packets have no borders. */
    @Test
    void twoAnswersMayComeInOnePacket() {
        CompletableFuture<Void> served =
                answering(List.of(List.of(result(1, "\"one\"") + result(2, "\"two\"")), List.of()));
        try (JsonRpc rpc = client()) {
            assertThat(rpc.call("first").asText()).isEqualTo("one");
            assertThat(rpc.call("second").asText()).isEqualTo("two");
        }
        served.join();
    }

    @Test
    void answerMayBeLongerThanAnyBuffer() {
        String text = "x".repeat(300_000);
        CompletableFuture<Void> served = answering(List.of(List.of(result(1, "\"" + text + "\""))));
        try (JsonRpc rpc = client()) {
            assertThat(rpc.call("list").asText()).isEqualTo(text);
        }
        served.join();
    }

    @Test
    void refusalsCarryTheirNumberAndTheConnectionGoesOn() {
        CompletableFuture<Void> served = answering(List.of(
                List.of(error(1, -17, "File exists")),
                List.of(error(2, -32602, "File exists")),
                List.of(error(3, -32601, "Method not found")),
                List.of(result(4, "null"))));
        try (JsonRpc rpc = client()) {
            assertThat(refused(rpc).errno()).isEqualTo(Errno.EEXIST);
            assertThat(refused(rpc).errno()).isEqualTo(Errno.EEXIST);
            assertThat(refused(rpc)).hasMessage("create: Method not found");
            assertThat(rpc.call("next").isNull()).isTrue();
        }
        served.join();
    }

    private static RpcFailed refused(JsonRpc rpc) {
        return catchThrowableOfType(RpcFailed.class, () -> rpc.call("create"));
    }

    @Test
    void connectionThatEndsIsAFailureOfTheDevice() {
        CompletableFuture<Void> served = answering(List.of(List.of()));
        try (JsonRpc rpc = client()) {
            assertThatThrownBy(() -> rpc.call("list"))
                    .isInstanceOf(DeviceFailed.class)
                    .hasRootCauseMessage("SPDK closed the connection");
        }
        served.join();
    }

    @Test
    void connectionThatEndsInTheMiddleIsAFailureOfTheDevice() {
        CompletableFuture<Void> served = answering(List.of(List.of("{\"jsonrpc\":\"2.0\",\"id\":1,\"resu")));
        try (JsonRpc rpc = client()) {
            assertThatThrownBy(() -> rpc.call("list")).isInstanceOf(DeviceFailed.class);
        }
        served.join();
    }

    @Test
    void answerToAnotherCallIsAFailureOfTheDevice() {
        CompletableFuture<Void> served = answering(List.of(List.of(result(7, "true"))));
        try (JsonRpc rpc = client()) {
            assertThatThrownBy(() -> rpc.call("list"))
                    .isInstanceOf(DeviceFailed.class)
                    .hasMessageContaining("answer to another call");
        }
        served.join();
    }

    @Test
    void serverThatIsNotThereIsAFailureOfTheDevice() throws IOException {
        server.close();

        assertThatThrownBy(this::client)
                .isInstanceOf(DeviceFailed.class)
                .hasMessageContaining("connect to SPDK's control socket");
    }

    /** A channel of the JDK's that a thread waits on is closed when that thread is interrupted. */
    @Test
    void interruptedCallerDoesNotEndTheConnection() {
        CompletableFuture<Void> served = answering(List.of(List.of(result(1, "1")), List.of(result(2, "2"))));
        try (JsonRpc rpc = client()) {
            Thread.currentThread().interrupt();
            assertThat(rpc.call("first").asInt()).isEqualTo(1);
            assertThat(Thread.interrupted()).as("the caller is still told").isTrue();

            assertThat(rpc.call("second").asInt()).isEqualTo(2);
        }
        served.join();
    }
}
