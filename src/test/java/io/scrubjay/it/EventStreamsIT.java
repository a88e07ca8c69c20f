// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.it;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/** Clients that watch an image: as many as may, and such as take nothing of what they asked for. */
@Timeout(value = 5, unit = TimeUnit.MINUTES)
class EventStreamsIT {
    @RegisterExtension
    static final Workspace WORKSPACE = Workspace.of(EventStreamsIT.class);

    private static final String EVENTS = "/v1/images/growing/events";
    private static final int PLACES = 256;
    private static final int PATIENCE_MILLIS = 60_000;
    private static final Duration PATIENCE = Duration.ofMinutes(3);

    private static AgentProcess agent;

    private final List<Socket> clients = new ArrayList<>();

    @BeforeAll
    static void start() throws Exception {
        agent = WORKSPACE
                .agent("agent")
                .with("scrubjay.download.stall-timeout", "5s")
                .start();
        Socket upload = WORKSPACE.closing(new Socket());
        upload.connect(where());
        OutputStream pieces = upload.getOutputStream();
        pieces.write(("PUT /v1/images/growing/content?format=raw HTTP/1.1\r\nHost: x\r\nContent-Length: "
                        + Integer.MAX_VALUE + "\r\n\r\n")
                .getBytes(StandardCharsets.US_ASCII));
        ScheduledExecutorService sender = Executors.newSingleThreadScheduledExecutor();
        ScheduledFuture<?> sending = sender.scheduleAtFixedRate(() -> send(pieces), 0, 50, TimeUnit.MILLISECONDS);
        WORKSPACE.closing(() -> {
            assertThat(sending.isDone()).as("the upload was cut").isFalse();
            sender.shutdownNow();
        });
        agent.images().awaitReceived("growing", 1);
    }

    @AfterAll
    static void noErrors() {
        assertThat(agent.errors()).isEmpty();
    }

    @AfterEach
    void leave() throws IOException {
        for (Socket client : clients) {
            client.close();
        }
        awaitWatching(0);
    }

    private static InetSocketAddress where() {
        return new InetSocketAddress(agent.address().getHost(), agent.address().getPort());
    }

    private static void send(OutputStream pieces) {
        try {
            pieces.write(new byte[1000]);
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    /** A connection whose client keeps no more than this of what it does not read. */
    private Socket connect(int receiveBytes) throws IOException {
        Socket client = new Socket();
        client.setReceiveBufferSize(receiveBytes);
        client.setSoTimeout(PATIENCE_MILLIS);
        client.connect(where());
        clients.add(client);
        return client;
    }

    private BufferedReader watch() throws IOException {
        Socket client = connect(64 << 10);
        ask(client);
        return new BufferedReader(new InputStreamReader(client.getInputStream(), StandardCharsets.UTF_8));
    }

    private static void ask(Socket client) throws IOException {
        client.getOutputStream()
                .write(("GET " + EVENTS + " HTTP/1.1\r\nHost: x\r\n\r\n").getBytes(StandardCharsets.US_ASCII));
    }

    private static void awaitWatching(int count) {
        Curl metrics = new Curl(WORKSPACE, agent.management().resolve("/q/metrics"));
        String line = "\nscrubjay_event_streams_running " + count + ".0\n";
        await().atMost(PATIENCE).until(() -> metrics.run().require(200).text().contains(line));
    }

    /** Reads until there is a whole event. */
    private static void requireEvent(BufferedReader stream) throws IOException {
        String line = stream.readLine();
        while (line != null && !line.startsWith("data:")) {
            line = stream.readLine();
        }
        assertThat(line).contains("\"name\":\"growing\"");
    }

    @Test
    void oneTooManyIsToldSoAndTheOthersGoOn() throws Exception {
        // Given
        List<BufferedReader> streams = new ArrayList<>();
        for (int i = 0; i < PLACES; i++) {
            streams.add(watch());
        }
        for (BufferedReader stream : streams) {
            requireEvent(stream);
        }

        // When
        CurlAnswer refused = agent.curl(EVENTS).run();

        // Then
        assertThat(refused.status()).isEqualTo(503);
        assertThat(refused.text()).contains("\"code\":\"busy\"", "limit 256", "ask for the image itself");
        assertThat(agent.curl("/v1/images/growing").run().status()).isEqualTo(200);
        for (BufferedReader stream : streams) {
            requireEvent(stream);
        }
        clients.remove(0).close();
        awaitWatching(PLACES - 1);
        requireEvent(watch());
    }

    @Test
    void aClientThatReadsNothingGivesItsPlaceBack() throws Exception {
        // Given
        BufferedReader other = watch();
        requireEvent(other);

        // When
        Socket client = connect(1024);
        ask(client);
        assertThat(client.getInputStream().readNBytes(12)).hasSize(12);

        // Then
        awaitWatching(1);
        requireEvent(other);
    }
}
