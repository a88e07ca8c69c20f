// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.it;

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

/** Requests that a proxy in front might take for another number of requests than the agent does. */
@Timeout(value = 5, unit = TimeUnit.MINUTES)
class FramingIT {
    @RegisterExtension
    static final Workspace WORKSPACE = Workspace.of(FramingIT.class);

    private static final int PATIENCE_MILLIS = 60_000;
    private static final String HIDDEN = "GET /v1/pool HTTP/1.1\r\nHost: x\r\n\r\n";

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
            "NONSENSE\r\n\r\n");

    private static String put(String fields) {
        return "PUT /v1/images/x/content HTTP/1.1\r\nHost: x\r\n" + fields + "\r\n";
    }

    @Test
    void ambiguousHeadIsRefusedAndItsConnectionClosed() throws IOException {
        // Given
        AgentProcess agent = WORKSPACE.agent("plain").start();

        for (URI server : List.of(agent.address(), agent.management())) {
            for (String request : AMBIGUOUS) {
                // When
                String answer = answerTo(new Socket(server.getHost(), server.getPort()), request + HIDDEN);

                // Then
                requireOneRefusal(answer, request);
            }
        }
        agent.curl("/v1/images/x").run().requireProblem(404, "image-not-found");
        agent.terminate();
    }

    @Test
    void theSameHoldsForTheFirstRequestOverTls() throws Exception {
        // Given
        Certificates certificates = new Certificates(Files.createDirectories(WORKSPACE.file("tls")));
        certificates.selfSigned("server");
        AgentProcess agent = WORKSPACE
                .agent("tls")
                .with("quarkus.http.tls-configuration-name", "api")
                .with(
                        "quarkus.tls.api.key-store.pem.0.cert",
                        certificates.certificate("server").toString())
                .with(
                        "quarkus.tls.api.key-store.pem.0.key",
                        certificates.key("server").toString())
                .start();
        SSLContext trust = trusting(certificates);

        for (String request : AMBIGUOUS) {
            // When
            String answer = answerTo(
                    trust.getSocketFactory()
                            .createSocket(
                                    agent.address().getHost(), agent.address().getPort()),
                    request + HIDDEN);

            // Then
            requireOneRefusal(answer, request);
        }
        agent.terminate();
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
        try (socket) {
            socket.setSoTimeout(PATIENCE_MILLIS);
            socket.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
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

    private static SSLContext trusting(Certificates certificates) throws Exception {
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
