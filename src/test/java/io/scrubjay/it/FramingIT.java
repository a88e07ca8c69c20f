// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.it;

import io.scrubjay.gate.RawConnection;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;

import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.net.SocketException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.security.KeyStore;
import java.security.cert.CertificateFactory;
import java.util.List;
import java.util.concurrent.TimeUnit;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Requests that a proxy in front might take for another number of requests than the agent does. All tests share one agent,
 * and one that speaks TLS.
 */
@Timeout(value = 5, unit = TimeUnit.MINUTES)
class FramingIT {
    @RegisterExtension
    static final Workspace WORKSPACE = Workspace.of(FramingIT.class);

    private static final int PATIENCE_MILLIS = 60_000;
    private static final String HIDDEN = "GET /v1/pool HTTP/1.1\r\nHost: x\r\n\r\n";

    /** A request that no route sees. */
    private static final String UNROUTED = "OPTIONS * HTTP/1.1\r\nHost: x\r\n\r\n";

    private static final List<String> AMBIGUOUS = List.of(
            put("Transfer-Encoding: gzip, chunked\r\n") + "3\r\nabc\r\n0\r\n\r\n",
            put("Transfer-Encoding: xchunked\r\n"),
            put("Content-Length: 5\r\nTransfer-Encoding: chunked\r\n") + "5\r\nhello\r\n0\r\n\r\n",
            put("Content-Length: 3\r\nX-Folded: a\r\n b\r\n") + "abc",
            put("Content-Length: 3\r\nHost: y\r\n") + "abc",
            "PUT /v1/images/x/content HTTP/1.1\r\nContent-Length: 3\r\n\r\nabc",
            "PUT /v1/images/x/content HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n",
            "PUT /v1/images/x/content HTTP/9.1\r\nHost: x\r\n\r\n",
            "PUT /v1/images/%zz/content HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n",
            "PUT  /v1/images/x/content HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\n\r\nabc",
            "PUT\t/v1/images/x/content\tHTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\n\r\nabc",
            "PUT /v1/images/x/content\rHTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\n\r\nabc",
            "PUT /v1/images/x/content http/1.1\r\nHost: x\r\nContent-Length: 3\r\n\r\nabc",
            "PUT http://y/v1/images/x/content HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\n\r\nabc",
            "PUT http://u@x/v1/images/x/content HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\n\r\nabc",
            "PUT v1/images/x/content HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\n\r\nabc",
            "PUT /v1/images/x/content HTTP/1.1\r\nHost: x, y\r\nContent-Length: 3\r\n\r\nabc",
            "PUT /v1/images/x/content HTTP/1.1\nHost: x\r\nContent-Length: 3\r\n\r\nabc",
            "\nPUT /v1/images/x/content HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\n\r\nabc",
            put("Content-Length: 3\n") + "abc",
            put("Content-Length: 3\r\nX: a\rb\r\n") + "abc",
            put("Content-Length: 3\r\nX: a\u0000b\r\n") + "abc",
            put("Content-Length: 3\r\n: a\r\n") + "abc",
            "NONSENSE\r\n\r\n");

    /** What HTTP does not allow in a body. */
    private static final List<String> BROKEN_BODIES = List.of(
            chunked("zz\r\nabc\r\n0\r\n\r\n"),
            chunked("-3\r\nabc\r\n0\r\n\r\n"),
            chunked("100000003\r\nabc\r\n0\r\n\r\n"),
            chunked("3\r\nabc\r\n100000000\r\n\r\n"),
            chunked("ffffffffffffffffffff\r\nabc\r\n0\r\n\r\n"),
            chunked("3\r\nabcdef\r\n0\r\n\r\n"),
            chunked("3 3\r\nabc\r\n0\r\n\r\n"),
            chunked(" 3\r\nabc\r\n0\r\n\r\n"),
            chunked("3\t\r\nabc\r\n0\r\n\r\n"),
            chunked("3\u0000\r\nabc\r\n0\r\n\r\n"),
            chunked("\r\nabc\r\n0\r\n\r\n"),
            chunked("3\nabc\r\n0\r\n\r\n"),
            chunked("3\r\nabc\n0\r\n\r\n"),
            chunked("3;a=\"\r\n\"\r\nabc\r\n0\r\n\r\n"),
            chunked("3\r\nabc\r\n0\r\nContent-Length: 3\r\n\r\n"),
            chunked("3\r\nabc\r\n0\r\nTransfer-Encoding: chunked\r\n\r\n"),
            chunked("3\r\nabc\r\n0\r\nHost: y\r\n\r\n"),
            chunked("3\r\nabc\r\n0\r\nX: a\r\n b\r\n\r\n"),
            json("zz\r\n{}\r\n0\r\n\r\n"),
            json("2 2\r\n{}\r\n0\r\n\r\n"),
            json("2\r\n{}\r\n0\r\nHost: y\r\n\r\n"),
            json("1\r\n{}\r\n0\r\n\r\n"));

    private static final List<String> LATE_DIGESTS = List.of(
            "Repr-Digest: sha-256=:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=:",
            "Content-Digest: sha-256=:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=:",
            "Digest: SHA-256=AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=",
            "Content-MD5: AAAAAAAAAAAAAAAAAAAAAA==",
            "x-amz-checksum-crc32: AAAAAA==",
            "X-Amz-Checksum-Sha256: AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=");

    private static AgentProcess agent;
    private static AgentProcess secured;
    /** Trusts the certificate of the latter. */
    private static SSLContext trust;

    @BeforeAll
    static void start() throws Exception {
        Certificates certificates = new Certificates(Files.createDirectories(WORKSPACE.file("tls")));
        agent = WORKSPACE.agent("plain").launch();
        secured = overTls(WORKSPACE, "secured", certificates).launch();
        trust = trusting(certificates);
        agent.awaitReady();
        secured.awaitReady();
    }

    @AfterAll
    static void stop() {
        agent.terminate();
        secured.terminate();
    }

    /** No test sees the images and volumes of another. */
    @AfterEach
    void removeWhatATestHasMade() {
        for (AgentProcess one : List.of(agent, secured)) {
            for (String path : List.of(
                    "/v1/images/x", "/v1/images/y", "/v1/images/first", "/v1/images?state=failed", "/v1/volumes/v")) {
                one.curl(path).with("-k", "-X", "DELETE").run();
            }
        }
    }

    private static String chunked(String body) {
        return put("Transfer-Encoding: chunked\r\n") + body;
    }

    private static String json(String body) {
        return "POST /v1/volumes HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n"
                + "Transfer-Encoding: chunked\r\n\r\n" + body;
    }

    private static String put(String fields) {
        return "PUT /v1/images/x/content HTTP/1.1\r\nHost: x\r\n" + fields + "\r\n";
    }

    @Test
    void ambiguousHeadIsRefusedAndItsConnectionClosed() throws IOException {
        for (URI server : List.of(agent.address(), agent.management())) {
            for (String request : AMBIGUOUS) {
                // When
                String answer = answerTo(new Socket(server.getHost(), server.getPort()), request + HIDDEN);

                // Then
                requireOneRefusal(answer, request);
            }
        }
        assertThat(answerTo(plain(agent), put("Content-Length: 5\r\nTransfer-Encoding: chunked\r\n")))
                .contains("it has both Content-Length and Transfer-Encoding");
        agent.curl("/v1/images/x").run().requireProblem(404, "image-not-found");
        for (URI server : List.of(agent.address(), agent.management())) {
            new Curl(WORKSPACE, server.resolve("/nowhere")).run().requireProblem(404, "not-found");
        }
    }

    @Test
    void brokenBodyIsRefusedAndItsConnectionClosed() throws IOException {
        for (String request : BROKEN_BODIES) {
            // When
            String answer = answerTo(plain(agent), request + HIDDEN);

            // Then
            assertThat(answer)
                    .as("the answer to %s", request)
                    .startsWith("HTTP/1.1 400 ")
                    .containsIgnoringCase("content-type: application/problem+json")
                    .containsIgnoringCase("connection: close")
                    .containsOnlyOnce("\r\n\r\n");
        }
        assertThat(agent.curl("/v1/images?state=ready").run().require(200).text())
                .doesNotContain("\"name\":\"x\"");
    }

    @Test
    void requestsBeforeABrokenOneAreAnswered() throws IOException {
        // Given
        String first = chunked("3\r\nabc\r\n0\r\n\r\n").replace("/x/", "/first/");

        // When
        String answers = answerTo(plain(agent), first + chunked("3\r\nabc\r\nzz\r\n") + HIDDEN);

        // Then
        assertThat(answers).matches("(?s)HTTP/1.1 201 .*HTTP/1.1 400 .*");
        assertThat(answers.split("HTTP/1.1 ", -1)).hasSize(3);
        agent.curl("/v1/images/first").run().require(200);
    }

    /** Whatever its connection was used for before: health and metrics are answered by a router of their own. */
    @Test
    void uploadWhoseBodyBreaksIsNeverTakenForAWholeOne() throws IOException {
        for (String path : List.of("/q/health/live", "/q/health/ready", "/q/metrics", "/v1/pool", "/nowhere")) {
            try (RawConnection connection = new RawConnection(agent.address())) {
                connection.send("GET " + path + " HTTP/1.1\r\nHost: x\r\n\r\n").readUntil("\r\n\r\n");

                // When
                String answer =
                        connection.send(chunked("3\r\nabc\r\n")).send("zz\r\n").readToTheEnd();

                // Then
                assertThat(answer)
                        .as("after %s", path)
                        .contains("HTTP/1.1 400 ")
                        .doesNotContain("HTTP/1.1 201 ");
            }
            assertThat(agent.curl("/v1/images/x").run().require(200).text()).contains("\"state\":\"failed\"");
        }
    }

    @Test
    void digestInATrailerThatWasNotAnnouncedIsRefused() throws IOException {
        // Given
        agent.curl("/v1/volumes")
                .with("-H", "Content-Type: application/json", "-d", "{\"name\":\"v\",\"sizeBytes\":65536}")
                .run()
                .require(201);
        String close = "Connection: close\r\nTransfer-Encoding: chunked\r\n";
        String image = put(close);
        String volume =
                "PUT /v1/volumes/v/content HTTP/1.1\r\nHost: x\r\nContent-Range: bytes 0-2/*\r\n" + close + "\r\n";
        String body = "3\r\nabc\r\n0\r\n";

        for (String digest : LATE_DIGESTS) {
            for (String head : List.of(image, HIDDEN + image, volume)) {
                // When
                String answer = answerTo(plain(agent), head + body + digest + "\r\n\r\n");

                // Then
                assertThat(answer).as(digest).contains("HTTP/1.1 400 ").contains("in a trailer");
            }
        }
        assertThat(answerTo(plain(agent), image + body + "X-Whatever: 1\r\n\r\n"))
                .startsWith("HTTP/1.1 201 ");

        // When
        try (RawConnection connection = new RawConnection(agent.address())) {
            connection.send(UNROUTED).readUntil("\r\n\r\n");
            String answers = connection
                    .send((image + body).replace("/x/", "/y/") + LATE_DIGESTS.get(0) + "\r\n\r\n")
                    .readToTheEnd();

            // Then
            assertThat(answers).doesNotContain("HTTP/1.1 201 ");
        }
        agent.curl("/v1/images/y").run().requireProblem(404, "image-not-found");
    }

    /** The answer says that the connection closes: what is sent in the same breath is not looked at. */
    @Test
    void nothingIsDoneBehindARequestThatEndsTheConnection() throws IOException {
        // When
        String answer = answerTo(plain(agent), UNROUTED + put("Content-Length: 3\r\n") + "abc" + HIDDEN);

        // Then
        assertThat(answer).startsWith("HTTP/1.1 404 ").containsIgnoringCase("connection: close");
        assertThat(answer.split("HTTP/1.1 ", -1)).hasSize(2);
        agent.curl("/v1/images/x").run().requireProblem(404, "image-not-found");
    }

    @Test
    void clientThatHasSentEverythingAndSaysSoGetsItsAnswers() throws Exception {
        // Given
        String upload = put("Content-Length: 3\r\n") + "abc";
        String download = "GET /v1/images/x/content HTTP/1.1\r\nHost: x\r\n\r\n";
        String volume = "POST /v1/volumes HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n"
                + "Content-Length: 30\r\n\r\n{\"name\":\"v\",\"sizeBytes\":65536}";
        String delete = "DELETE /v1/images/x HTTP/1.1\r\nHost: x\r\n\r\n";

        // When // Then
        assertThat(answerToHalfClosed(plain(agent), upload)).startsWith("HTTP/1.1 201 ");
        assertThat(answerToHalfClosed(plain(agent), download + volume + download))
                .containsPattern("(?s)HTTP/1.1 200 .*abc.*HTTP/1.1 201 .*HTTP/1.1 200 .*abc$");
        assertThat(answerToHalfClosed(plain(agent), delete)).startsWith("HTTP/1.1 204 ");
        assertThat(answerToHalfClosed(plain(agent), "")).isEmpty();
        assertThat(answerToHalfClosed(overTls(trust, secured), upload)).startsWith("HTTP/1.1 201 ");
        assertThat(answerToHalfClosed(overTls(trust, secured), download))
                .startsWith("HTTP/1.1 200 ")
                .endsWith("abc");
    }

    /** Each of them has begun a body; some clients then say that they have sent all. */
    @Test
    void clientWhoseBodyIsNotWholeAndSaysThatItHasSentEverythingGetsAnAnswer() throws Exception {
        // Given
        int logged = agent.log().length();
        String json = "POST /v1/volumes HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n";
        agent.curl("/v1/volumes")
                .with("-H", "Content-Type: application/json", "-d", "{\"name\":\"v\",\"sizeBytes\":65536}")
                .run()
                .require(201);

        for (String request : List.of(
                put("Content-Length: 4\r\n") + "abc",
                put("Content-Length: 3\r\n"),
                put("Content-Length: 300000\r\n") + "abc".repeat(50_000),
                put("Transfer-Encoding: chunked\r\n") + "3\r\nabc\r\n",
                put("Transfer-Encoding: chunked\r\n") + "3\r\nab",
                put("Transfer-Encoding: chunked\r\n") + "3\r\nabc\r\n0\r\n",
                put("Content-Length: 4\r\n").replace("/images/x/content?format=raw", "/volumes/v/content") + "abc",
                json + "Content-Length: 31\r\n\r\n{\"name\":\"w\",\"sizeBytes\":65536}",
                json + "Transfer-Encoding: chunked\r\n\r\n1e\r\n{\"name\":\"w\",\"sizeBytes\":65536}\r\n")) {
            // When
            String answer = answerToHalfClosed(plain(agent), request);

            // Then
            assertThat(answer)
                    .as("the answer to %s", request.substring(0, Math.min(200, request.length())))
                    .startsWith("HTTP/1.1 400 ")
                    .containsIgnoringCase("connection: close")
                    .contains("\"code\":\"upload-cut\"")
                    .containsOnlyOnce("\r\n\r\n");
            agent.curl("/v1/volumes/w").run().requireProblem(404, "volume-not-found");
        }
        assertThat(answerToHalfClosed(plain(agent), put("Content-Length: 3\r\n") + "abc"))
                .startsWith("HTTP/1.1 201 ");
        assertThat(agent.log().substring(logged)).doesNotContain("Exception", " ERROR ");
    }

    private static Socket plain(AgentProcess agent) throws IOException {
        return new Socket(agent.address().getHost(), agent.address().getPort());
    }

    /** A connection to an agent whose certificate is trusted. */
    static Socket overTls(SSLContext trust, AgentProcess agent) throws IOException {
        return trust.getSocketFactory()
                .createSocket(agent.address().getHost(), agent.address().getPort());
    }

    /** An agent with a certificate of its own. */
    static AgentSetup overTls(Workspace workspace, String name, Certificates certificates) {
        certificates.selfSigned("server");
        return workspace
                .agent(name)
                .with("quarkus.http.tls-configuration-name", "api")
                .with(
                        "quarkus.tls.api.key-store.pem.0.cert",
                        certificates.certificate("server").toString())
                .with(
                        "quarkus.tls.api.key-store.pem.0.key",
                        certificates.key("server").toString());
    }

    @Test
    void theSameHoldsForTheFirstRequestOverTls() throws Exception {
        for (String request : AMBIGUOUS) {
            // When
            String answer = answerTo(overTls(trust, secured), request + HIDDEN);

            // Then
            requireOneRefusal(answer, request);
        }
    }

    private static void requireOneRefusal(String answer, String request) {
        assertThat(answer)
                .as("the answer to %s", request)
                .matches("(?s)HTTP/\\d\\.\\d 400 .*")
                .containsIgnoringCase("content-type: application/problem+json")
                .containsIgnoringCase("connection: close")
                .contains("\"code\":\"invalid-request\"")
                .containsOnlyOnce("\r\n\r\n");
    }

    /** All that comes until the agent closes the connection. */
    private static String answerTo(Socket socket, String request) throws IOException {
        socket.setSoTimeout(PATIENCE_MILLIS);
        socket.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
        return restOf(socket);
    }

    /** The same for a client that says that it will send no more. */
    private static String answerToHalfClosed(Socket socket, String request) throws IOException {
        socket.setSoTimeout(PATIENCE_MILLIS);
        socket.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
        socket.shutdownOutput();
        return restOf(socket);
    }

    private static String restOf(Socket socket) throws IOException {
        try (socket) {
            StringBuilder answer = new StringBuilder();
            InputStream input = socket.getInputStream();
            try {
                for (int next = input.read(); next >= 0; next = input.read()) {
                    answer.append((char) next);
                }
            } catch (SocketException reset) {
                answer.append("(reset)");
            }
            return answer.toString();
        }
    }

    static SSLContext trusting(Certificates certificates) throws Exception {
        KeyStore store = KeyStore.getInstance(KeyStore.getDefaultType());
        store.load(null, null);
        try (InputStream pem = Files.newInputStream(certificates.certificate("server"))) {
            store.setCertificateEntry(
                    "server", CertificateFactory.getInstance("X.509").generateCertificate(pem));
        }
        TrustManagerFactory trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        trust.init(store);
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(null, trust.getTrustManagers(), null);
        return context;
    }
}
