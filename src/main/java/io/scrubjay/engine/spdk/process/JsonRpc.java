// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.engine.spdk.process;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.scrubjay.engine.EngineException;
import io.scrubjay.engine.Stages;

import java.io.EOFException;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;

/**
 * A connection to SPDK's JSON-RPC server over a Unix socket. Answers have no delimiter between them; a parser that
 * reads one value after the other needs none.
 *
 * <p>Thread-safe: one call at a time, made by a separate thread, because a thread that is interrupted while it waits
 * for a JDK channel closes the channel, and this is the only connection to SPDK. A call blocks until SPDK has polled
 * the socket twice: {@link Attention} tells the server of each call.
 */
public final class JsonRpc implements ControlCalls, AutoCloseable {
    private static final System.Logger LOG = System.getLogger(JsonRpc.class.getName());
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Duration END_PATIENCE = Duration.ofSeconds(5);

    /**
     * Listener for the beginning and end of calls, so that SPDK polls the socket meanwhile. Called by the calling
     * thread.
     */
    public interface Attention {
        /** For a server that polls the socket all the time. */
        Attention CONSTANT = new Attention() {
            @Override
            public void begins() {}

            @Override
            public void ends() {}
        };

        /** Called when a request has been sent. */
        void begins();

        /** Called when the request has been answered or has failed. */
        void ends();
    }

    private final SocketChannel channel;
    private final Attention attention;
    private final ExecutorService caller = Executors.newSingleThreadExecutor(work -> {
        Thread thread = new Thread(work, "scrubjay-spdk-rpc");
        thread.setDaemon(true);
        return thread;
    });
    // Used only by the calling thread.
    private JsonParser answers;
    private int lastId;

    private JsonRpc(SocketChannel channel, Attention attention) {
        this.channel = channel;
        this.attention = attention;
    }

    /** Connects to the socket, which must exist. */
    public static JsonRpc connect(Path socket, Attention attention) {
        try {
            SocketChannel channel = SocketChannel.open(StandardProtocolFamily.UNIX);
            channel.connect(UnixDomainSocketAddress.of(socket));
            return new JsonRpc(channel, attention);
        } catch (IOException failed) {
            throw new EngineException.DeviceFailed("connect to SPDK's control socket", 0, failed);
        }
    }

    /** A new object for the parameters of a call. */
    public static ObjectNode parameters() {
        return JsonNodeFactory.instance.objectNode();
    }

    /**
     * Calls a method and returns its result. Keeps waiting when it is interrupted.
     *
     * @throws RpcFailed when SPDK refuses
     * @throws EngineException.DeviceFailed when the connection is lost
     */
    @Override
    public JsonNode call(String method, ObjectNode parameters) {
        try {
            return Stages.await(CompletableFuture.supplyAsync(() -> exchange(method, parameters), caller));
        } catch (RejectedExecutionException closed) {
            throw new EngineException.DeviceFailed(method, 0, closed);
        }
    }

    private JsonNode exchange(String method, ObjectNode parameters) {
        ObjectNode request =
                parameters().put("jsonrpc", "2.0").put("id", ++lastId).put("method", method);
        if (!parameters.isEmpty()) {
            request.set("params", parameters);
        }
        JsonNode answer;
        try {
            send(request);
            answer = answer();
        } catch (IOException lost) {
            throw new EngineException.DeviceFailed(method, 0, lost);
        }
        if (answer.path("id").asInt() != lastId) {
            throw new EngineException.DeviceFailed(method + " (answer to another call)", 0);
        }
        if (answer.has("error")) {
            throw RpcFailed.of(method, answer.get("error"));
        }
        return answer.get("result");
    }

    private JsonNode answer() throws IOException {
        attention.begins();
        try {
            return receive();
        } finally {
            attention.ends();
        }
    }

    private JsonNode receive() throws IOException {
        if (answers == null) {
            // Not earlier: the parser starts to read as soon as it is created.
            answers = JSON.createParser(Channels.newInputStream(channel));
        }
        JsonNode answer = JSON.readTree(answers);
        if (answer == null) {
            throw new EOFException("SPDK closed the connection");
        }
        return answer;
    }

    private void send(ObjectNode request) throws IOException {
        ByteBuffer bytes = ByteBuffer.wrap(bytesOf(request));
        while (bytes.hasRemaining()) {
            channel.write(bytes);
        }
    }

    private static byte[] bytesOf(JsonNode node) {
        try {
            return JSON.writeValueAsBytes(node);
        } catch (JsonProcessingException impossible) {
            throw new AssertionError("a tree can always be written", impossible);
        }
    }

    /** Closes the connection; a call under way fails, and has ended when this returns. */
    @Override
    public void close() {
        caller.shutdown();
        try {
            channel.close();
        } catch (IOException ignored) {
            // The connection is not needed any more.
        }
        awaitCaller();
    }

    private void awaitCaller() {
        try {
            if (!caller.awaitTermination(END_PATIENCE.toSeconds(), TimeUnit.SECONDS)) {
                LOG.log(
                        System.Logger.Level.WARNING,
                        "a call to SPDK has not ended although its connection is closed; the agent stops anyway");
            }
        } catch (InterruptedException hurry) {
            Thread.currentThread().interrupt();
        }
    }
}
