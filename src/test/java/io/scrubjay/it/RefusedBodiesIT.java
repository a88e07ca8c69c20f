// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.it;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

import javax.net.ssl.SSLContext;

import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import static org.assertj.core.api.Assertions.assertThat;

/** Requests that are refused before all of their body has come: their clients get the whole answer, and its end. */
@Timeout(value = 5, unit = TimeUnit.MINUTES)
class RefusedBodiesIT {
    @RegisterExtension
    static final Workspace WORKSPACE = Workspace.of(RefusedBodiesIT.class);

    private static final int PATIENCE_MILLIS = 60_000;
    private static final Pattern SECURED = Pattern.compile("Listening on: .* (https://[0-9.]+:[0-9]+)");

    private static final String UPLOAD = "PUT /v1/images/NO/content HTTP/1.1\r\nHost: x\r\n";
    private static final String VOLUME = "POST /v1/volumes HTTP/1.1\r\nHost: x\r\n";
    private static final String LARGE = "Content-Length: 100000000\r\n";

    /** Each a head and the beginning of its body. */
    private static final List<String> REFUSED = List.of(
            UPLOAD + LARGE + "\r\nabc",
            UPLOAD + LARGE + "Expect: 100-continue\r\n\r\n",
            UPLOAD + "Transfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n",
            UPLOAD + "Content-Length: 3\r\n\r\nabc",
            UPLOAD + LARGE + "Connection: close\r\n\r\nabc",
            UPLOAD.replace("/NO/content", "/no/content?digset=x") + LARGE + "\r\nabc",
            UPLOAD.replace("PUT", "DELETE") + LARGE + "\r\nabc",
            VOLUME + LARGE + "Content-Type: application/json\r\n\r\n{",
            VOLUME + LARGE + "Origin: http://elsewhere\r\n\r\n{",
            VOLUME + "Content-Length: 3\r\nContent-Type: text/plain\r\n\r\nabc",
            VOLUME.replace("volumes", "nothing") + LARGE + "\r\nabc");

    private static AgentProcess agent;
    private static URI secured;
    private static SSLContext trust;

    @BeforeAll
    static void start() throws Exception {
        Certificates certificates = new Certificates(Files.createDirectories(WORKSPACE.file("tls")));
        certificates.selfSigned("server");
        agent = WORKSPACE
                .agent("agent")
                .with("quarkus.http.insecure-requests", "enabled")
                .with("quarkus.http.ssl-port", "0")
                .with(
                        "quarkus.tls.key-store.pem.0.cert",
                        certificates.certificate("server").toString())
                .with(
                        "quarkus.tls.key-store.pem.0.key",
                        certificates.key("server").toString())
                .with("quarkus.management.tls-configuration-name", "none")
                .with("quarkus.tls.none.trust-all", "false")
                .start();
        Matcher listening = SECURED.matcher(agent.log());
        assertThat(listening.find()).as(agent.log()).isTrue();
        secured = URI.create(listening.group(1));
        trust = FramingIT.trusting(certificates);
    }

    @AfterAll
    static void stop() {
        agent.terminate();
    }

    private static Socket plain() throws IOException {
        return patient(new Socket(agent.address().getHost(), agent.address().getPort()));
    }

    private static Socket overTls() throws IOException {
        return patient(trust.getSocketFactory().createSocket(secured.getHost(), secured.getPort()));
    }

    private static Socket patient(Socket socket) throws IOException {
        socket.setSoTimeout(PATIENCE_MILLIS);
        return socket;
    }

    private static void send(Socket socket, String text) throws IOException {
        socket.getOutputStream().write(text.getBytes(StandardCharsets.US_ASCII));
    }

    private static String readToTheEnd(Socket socket) throws IOException {
        return new String(socket.getInputStream().readAllBytes(), StandardCharsets.US_ASCII);
    }

    private static void requireWholeRefusal(String answer, String request) {
        assertThat(answer)
                .as("the answer to %s", request)
                .matches("(?s)HTTP/1.1 4\\d\\d .*")
                .containsIgnoringCase("connection: close")
                .containsOnlyOnce("\r\n\r\n")
                .endsWith("}\n");
    }

    /** It may be in the midst of sending: a connection that has ended for good would be reset, and the answer with it. */
    @Test
    void answersEndIsSeenWhileTheAgentStillTakesWhatIsOnItsWay() throws IOException {
        for (String request : REFUSED) {
            for (boolean secure : new boolean[] {false, true}) {
                try (Socket socket = secure ? overTls() : plain()) {
                    // When
                    send(socket, request);
                    String answer = readToTheEnd(socket);
                    send(socket, "x");
                    send(socket, "y");
                    send(socket, "z");

                    // Then
                    requireWholeRefusal(answer, request);
                }
            }
        }
    }

    /** As most libraries do, and for longer than a client that has fallen silent is waited for. */
    @Test
    void clientThatReadsNothingBeforeItHasSentEverythingGetsItsAnswer() throws Exception {
        for (boolean secure : new boolean[] {false, true}) {
            try (Socket socket = secure ? overTls() : plain()) {
                // Given
                String head = UPLOAD + "Transfer-Encoding: chunked\r\n\r\n";
                send(socket, head);

                // When
                Instant end = Instant.now().plus(Duration.ofSeconds(8));
                while (Instant.now().isBefore(end)) {
                    send(socket, "3\r\nabc\r\n");
                    Thread.sleep(100);
                }
                send(socket, "0\r\n\r\n");

                // Then
                requireWholeRefusal(readToTheEnd(socket), head);
            }
        }
    }

    /** Java's own client of today looks for an answer over HTTP/2 only when it has sent all, too. */
    @Test
    void theSameHoldsForHttp2() throws Exception {
        // Given
        HttpClient client = HttpClient.newBuilder()
                .version(HttpClient.Version.HTTP_2)
                .sslContext(trust)
                .build();
        HttpRequest upload = HttpRequest.newBuilder(secured.resolve("/v1/images/NO/content"))
                .PUT(HttpRequest.BodyPublishers.ofInputStream(RefusedBodiesIT::slowly))
                .build();

        // When
        HttpResponse<String> answer = client.send(upload, HttpResponse.BodyHandlers.ofString());

        // Then
        assertThat(answer.version()).isEqualTo(HttpClient.Version.HTTP_2);
        assertThat(answer.statusCode()).isEqualTo(400);
        assertThat(answer.body()).contains("\"code\":\"invalid-name\"");
    }

    /** Bytes that take eight seconds. */
    private static InputStream slowly() {
        Instant end = Instant.now().plus(Duration.ofSeconds(8));
        return new InputStream() {
            @Override
            public int read() {
                byte[] one = new byte[1];
                return read(one, 0, 1) < 0 ? -1 : one[0];
            }

            @Override
            public int read(byte[] bytes, int offset, int length) {
                try {
                    Thread.sleep(100);
                } catch (InterruptedException stop) {
                    Thread.currentThread().interrupt();
                }
                return Instant.now().isBefore(end) ? length : -1;
            }
        };
    }
}
