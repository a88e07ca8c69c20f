// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.it;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import java.util.stream.Stream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/** Somebody holds as many connections as it can get; others still get in, and the pool still has descriptors. */
@Timeout(value = 10, unit = TimeUnit.MINUTES)
class ConnectionsIT {
    @RegisterExtension
    static final Workspace WORKSPACE = Workspace.of(ConnectionsIT.class);

    private static final int BOUND = 4;
    private static final Duration PATIENCE = Duration.ofMinutes(2);
    private static final String ONE_REQUEST = " HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n";

    private final List<Socket> held = new ArrayList<>();

    /** Nothing is closed for taking its time in these tests. */
    private static AgentSetup patient(String name) {
        return WORKSPACE
                .agent(name)
                .with("scrubjay.http.head-timeout", "1h")
                .with("scrubjay.http.first-head-timeout", "1h")
                .with("scrubjay.ingest.idle-timeout", "1h");
    }

    @AfterEach
    void letGo() throws IOException {
        for (Socket socket : held) {
            socket.close();
        }
    }

    private Socket hold(URI server) throws IOException {
        Socket socket = new Socket(server.getHost(), server.getPort());
        socket.setSoTimeout(Math.toIntExact(PATIENCE.toMillis()));
        held.add(socket);
        return socket;
    }

    private Socket holdFrom(String address, URI server) throws IOException {
        Socket socket = new Socket(
                InetAddress.getByName(server.getHost()), server.getPort(), InetAddress.getByName(address), 0);
        socket.setSoTimeout(Math.toIntExact(PATIENCE.toMillis()));
        held.add(socket);
        return socket;
    }

    private static String ask(Socket socket, String target) throws IOException {
        socket.getOutputStream().write(("GET " + target + ONE_REQUEST).getBytes(StandardCharsets.US_ASCII));
        return new String(socket.getInputStream().readAllBytes(), StandardCharsets.US_ASCII);
    }

    private static void requireClosed(Socket socket) throws IOException {
        InputStream input = socket.getInputStream();
        int next;
        try {
            next = input.read();
        } catch (IOException reset) {
            next = -1;
        }
        assertThat(next).as("the end of the connection").isEqualTo(-1);
    }

    private static int descriptorsOf(AgentProcess agent) throws IOException {
        try (Stream<Path> open = Files.list(Path.of("/proc", Long.toString(agent.pid()), "fd"))) {
            return Math.toIntExact(open.count());
        }
    }

    @Test
    void probesGetInWhereIdleConnectionsHoldEveryPlaceOfTheManagementPort() throws IOException {
        // Given
        AgentProcess agent = patient("management")
                .with("scrubjay.http.management-connections-max", Integer.toString(BOUND))
                .start();
        int before = descriptorsOf(agent);
        for (int i = 0; i < 50 * BOUND; i++) {
            hold(agent.management());
        }

        // When
        String answer = ask(hold(agent.management()), "/q/health/live");

        // Then
        assertThat(answer).startsWith("HTTP/1.1 200");
        await().atMost(PATIENCE).until(() -> descriptorsOf(agent) < before + 10 * BOUND);
        requireClosed(held.get(0));
    }

    private static Predicate<String> hasHeld(int count) {
        return answer -> answer.split("\"name\":\"held-", -1).length == count + 1;
    }

    @Test
    void onePeerCannotHoldTheApi() throws IOException {
        // Given
        AgentProcess agent = patient("peer")
                .with("scrubjay.http.connections-max", Integer.toString(10 * BOUND))
                .with("scrubjay.http.connections-per-peer-max", Integer.toString(BOUND))
                .start();
        Socket first = holdFrom("127.0.0.2", agent.address());
        for (int i = 0; i < BOUND; i++) {
            String head =
                    "PUT /v1/images/held-%d/content HTTP/1.1\r\nHost: x\r\nContent-Length: 9\r\n\r\n".formatted(i);
            hold(agent.address()).getOutputStream().write(head.getBytes(StandardCharsets.US_ASCII));
        }
        await().atMost(PATIENCE).until(() -> ask(holdFrom("127.0.0.3", agent.address()), "/v1/images"), hasHeld(BOUND));

        // When
        Socket oneMore = hold(agent.address());

        // Then
        requireClosed(oneMore);
        assertThat(ask(first, "/v1/pool")).startsWith("HTTP/1.1 200");
        assertThat(ask(holdFrom("127.0.0.2", agent.address()), "/v1/pool")).startsWith("HTTP/1.1 200");
    }

    @Test
    void descriptorsAreLeftForThePoolWhateverTheBoundsSay() throws IOException {
        // Given
        int limit = 600;
        AgentProcess agent = patient("few").withFilesMax(limit).start();
        Path image = Files.write(WORKSPACE.file("one"), new byte[] {1, 2, 3});
        assertThat(agent.log()).contains("the limit of open files is " + limit);
        for (int i = 0; i < 2 * limit; i++) {
            hold(i % 2 == 0 ? agent.management() : agent.address());
        }

        // When
        String live = ask(hold(agent.management()), "/q/health/live");
        CurlAnswer uploaded =
                agent.images().content("one", "format=raw").sending(image).run();

        // Then
        assertThat(live).startsWith("HTTP/1.1 200");
        assertThat(uploaded.status()).isEqualTo(201);
    }

    /** There are 256 places for those who watch images. */
    @Test
    void headsOfEventsEndAtOnceAndTakeNoPlaceOfThoseWhoWatch() throws IOException {
        // Given
        AgentProcess agent = patient("heads").start();
        Socket upload = hold(agent.address());
        upload.getOutputStream()
                .write("PUT /v1/images/coming/content?format=raw HTTP/1.1\r\nHost: x\r\nContent-Length: 9\r\n\r\nhello"
                        .getBytes(StandardCharsets.US_ASCII));
        agent.images().awaitReceived("coming", 5);
        String target = "/v1/images/coming/events";
        String head = "HEAD " + target + " HTTP/1.1\r\nHost: x\r\n\r\n";

        // When
        Socket curious = hold(agent.address());
        curious.getOutputStream().write(head.repeat(257).getBytes(StandardCharsets.US_ASCII));
        String answers = ask(curious, "/nowhere");

        // Then
        assertThat(answers.split("HTTP/1.1 200 ", -1)).hasSize(258);
        assertThat(answers).contains("HTTP/1.1 404 ").doesNotContain("data:");
        Socket watching = hold(agent.address());
        watching.getOutputStream().write(("GET " + target + ONE_REQUEST).getBytes(StandardCharsets.US_ASCII));
        assertThat(new String(watching.getInputStream().readNBytes(13), StandardCharsets.US_ASCII))
                .isEqualTo("HTTP/1.1 200 ");
    }
}
