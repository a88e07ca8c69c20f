// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.it;

import io.scrubjay.gate.Http2Frames;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;

import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/** Clients that go away while something is sent to them, or by them: that is no error, and the log has none. */
@Timeout(value = 15, unit = TimeUnit.MINUTES)
class GoneClientsIT {
    @RegisterExtension
    static final Workspace WORKSPACE = Workspace.of(GoneClientsIT.class);

    /** One that nobody refers to any more is finalized, which closes the connection below it. */
    private static final List<SSLSocket> LAYERED = new CopyOnWriteArrayList<>();

    private static final int ROUNDS = 15;
    private static final int HASTY_ROUNDS = 50;
    private static final int PATIENCE_MILLIS = 120_000;
    /** Not yet the end of any answer here. */
    private static final int BYTES_TAKEN = 500;

    private static final int IMAGE_BYTES = 8 << 20;
    private static final int PIECE_BYTES = 100;
    private static final int PIECE_EVERY_MILLIS = 20;

    private static final String EVENTS = "/v1/images/coming/events";
    private static final String DOWNLOAD = "/v1/images/there/content";
    private static final String UPLOAD = "/v1/images/gone/content?format=raw";

    /** One way to talk to an agent. */
    @FunctionalInterface
    private interface Way {
        /** Sends a head, and some of a body if there is to be one; of an answer, takes the beginning. */
        void ask(Socket connection, String method, String path) throws IOException;
    }

    @Test
    void clientThatGoesAwayInTheMiddleOfItLeavesNoErrorInTheLog() throws IOException {
        // Given
        AgentProcess agent = WORKSPACE.agent("plain").start();

        // When
        leave(agent, connect(agent), connect(agent), GoneClientsIT::overHttp1);
        agent.terminate();

        // Then
        requireQuiet(agent);
    }

    @Test
    void theSameHoldsOverTlsAndHttp2() throws Exception {
        // Given
        Certificates certificates = new Certificates(Files.createDirectories(WORKSPACE.file("tls")));
        AgentProcess agent =
                FramingIT.overTls(WORKSPACE, "secured", certificates).start();
        SSLContext trust = FramingIT.trusting(certificates);

        // When
        leave(
                agent,
                tls(trust, connect(agent), "http/1.1"),
                tls(trust, connect(agent), "http/1.1"),
                (raw, method, path) -> {
                    overHttp1(tls(trust, raw, "http/1.1"), method, path);
                    Socket another = connect(agent);
                    overHttp2(tls(trust, another, "h2"), method, path);
                    reset(another);
                });
        agent.terminate();

        // Then
        requireQuiet(agent);
    }

    @Test
    void requestsThatWaitOnAConnectionThatEndsLeaveNoErrorInTheLog() throws IOException {
        // Given
        AgentProcess agent = WORKSPACE.agent("pipelined").start();
        String request = "GET /v1/pool HTTP/1.1\r\nHost: x\r\n\r\n";

        // When
        for (int round = 0; round < HASTY_ROUNDS; round++) {
            Socket client = connect(agent);
            client.getOutputStream().write(request.repeat(2 + round % 5).getBytes(StandardCharsets.US_ASCII));
            reset(client);
        }
        agent.curl("/v1/pool").run().require(200);
        agent.terminate();

        // Then
        requireQuiet(agent);
    }

    /** The framework drops the answer then, after the resource has opened what it would have read. */
    @Test
    void clientThatGoesAwayBeforeItsAnswerBeginsLeavesNothingHeld() throws IOException {
        // Given
        AgentProcess agent = WORKSPACE.agent("hasty").start();
        try (Socket connection = connect(agent)) {
            store(connection);
        }
        create(agent, "/v1/volumes", "{\"name\":\"disk\",\"sizeBytes\":10000000}");
        create(agent, "/v1/volumes/disk/snapshots", "{\"name\":\"moment\"}");

        // When
        for (int round = 0; round < HASTY_ROUNDS; round++) {
            goAtOnce(agent, DOWNLOAD, "");
            goAtOnce(agent, DOWNLOAD, "Range: bytes=4-9\r\n");
            goAtOnce(agent, "/v1/snapshots/moment/content", "");
            goAtOnce(agent, "/v1/volumes/disk/content", "");
        }

        // Then
        for (String path : List.of("/v1/images/there", "/v1/snapshots/moment", "/v1/volumes/disk")) {
            await().atMost(PATIENCE_MILLIS, TimeUnit.MILLISECONDS)
                    .until(() -> agent.curl(path).with("-X", "DELETE").run().status() == 204);
        }
        Curl metrics = new Curl(WORKSPACE, agent.management().resolve("/q/metrics"));
        await().atMost(PATIENCE_MILLIS, TimeUnit.MILLISECONDS)
                .until(() -> metrics.run().require(200).text().contains("\nscrubjay_downloads_running 0.0\n"));
    }

    private static void create(AgentProcess agent, String path, String order) {
        agent.curl(path)
                .with("-H", "Content-Type: application/json", "-d", order)
                .run()
                .require(201);
    }

    private static void goAtOnce(AgentProcess agent, String path, String fields) throws IOException {
        Socket client = connect(agent);
        client.getOutputStream()
                .write(("GET " + path + " HTTP/1.1\r\nHost: x\r\n" + fields + "\r\n")
                        .getBytes(StandardCharsets.US_ASCII));
        reset(client);
    }

    private static void requireQuiet(AgentProcess agent) {
        assertThat(agent.errors()).isEmpty();
        assertThat(agent.log()).doesNotContain("\tat ");
    }

    /** Has clients go away again and again, while the image that they watch is growing. */
    private static void leave(AgentProcess agent, Socket stored, Socket growing, Way way) throws IOException {
        try (stored;
                growing) {
            store(stored);
            OutputStream pieces = put(growing, "coming", Integer.MAX_VALUE);
            ScheduledExecutorService sender = Executors.newSingleThreadScheduledExecutor();
            ScheduledFuture<?> sending =
                    sender.scheduleAtFixedRate(() -> send(pieces), 0, PIECE_EVERY_MILLIS, TimeUnit.MILLISECONDS);
            for (int round = 0; round < ROUNDS; round++) {
                for (String path : new String[] {EVENTS, DOWNLOAD, UPLOAD}) {
                    Socket client = connect(agent);
                    way.ask(client, path.equals(UPLOAD) ? "PUT" : "GET", path);
                    reset(client);
                }
            }
            assertThat(sending.isDone()).isFalse();
            sender.shutdownNow();
        }
    }

    /** Uploads an image as a whole. */
    private static void store(Socket connection) throws IOException {
        put(connection, "there", IMAGE_BYTES).write(new byte[IMAGE_BYTES]);
        assertThat(new String(connection.getInputStream().readNBytes(12), StandardCharsets.US_ASCII))
                .isEqualTo("HTTP/1.1 201");
    }

    private static void send(OutputStream pieces) {
        try {
            pieces.write(new byte[PIECE_BYTES]);
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    private static OutputStream put(Socket connection, String name, long lengthBytes) throws IOException {
        OutputStream output = connection.getOutputStream();
        output.write(("PUT /v1/images/" + name + "/content?format=raw HTTP/1.1\r\nHost: x\r\nContent-Length: "
                        + lengthBytes + "\r\n\r\n")
                .getBytes(StandardCharsets.US_ASCII));
        return output;
    }

    private static void overHttp1(Socket connection, String method, String path) throws IOException {
        String body = method.equals("PUT") ? "Content-Length: 1000000\r\n\r\nhello" : "\r\n";
        connection
                .getOutputStream()
                .write((method + " " + path + " HTTP/1.1\r\nHost: x\r\n" + body).getBytes(StandardCharsets.US_ASCII));
        if (!method.equals("PUT")) {
            assertThat(connection.getInputStream().readNBytes(BYTES_TAKEN)).hasSize(BYTES_TAKEN);
        }
    }

    private static void overHttp2(Socket connection, String method, String path) throws IOException {
        Http2Frames frames = new Http2Frames(connection);
        if (method.equals("PUT")) {
            frames.head(Http2Frames.head(method, path)).body("hello");
        } else {
            frames.last(Http2Frames.head(method, path));
            assertThat(connection.getInputStream().readNBytes(BYTES_TAKEN)).hasSize(BYTES_TAKEN);
        }
    }

    private static Socket connect(AgentProcess agent) throws IOException {
        Socket connection =
                new Socket(agent.address().getHost(), agent.address().getPort());
        connection.setSoTimeout(PATIENCE_MILLIS);
        return connection;
    }

    private static Socket tls(SSLContext trust, Socket raw, String protocol) throws IOException {
        SSLSocket socket = (SSLSocket) trust.getSocketFactory().createSocket(raw, "127.0.0.1", raw.getPort(), true);
        SSLParameters parameters = socket.getSSLParameters();
        parameters.setApplicationProtocols(new String[] {protocol});
        socket.setSSLParameters(parameters);
        LAYERED.add(socket);
        return socket;
    }

    /** Ends a connection as a machine does that has lost its power: without a goodbye. */
    private static void reset(Socket raw) throws IOException {
        raw.setSoLinger(true, 0);
        raw.close();
    }
}
