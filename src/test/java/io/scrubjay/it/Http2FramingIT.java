// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.it;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.scrubjay.gate.Http2Frames;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;

import java.io.IOException;
import java.net.Socket;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

import static org.assertj.core.api.Assertions.assertThat;

/** What no client library sends over HTTP/2: whatever is refused is refused with a problem. */
@Timeout(value = 5, unit = TimeUnit.MINUTES)
class Http2FramingIT {
    @RegisterExtension
    static final Workspace WORKSPACE = Workspace.of(Http2FramingIT.class);

    private static final ObjectMapper JSON = new ObjectMapper();

    /** A head, and how it is refused. */
    private record Refused(List<String> head, int status, String code) {}

    private static final List<Refused> REFUSED = List.of(
            new Refused(Http2Frames.head("GET", "/v1/images/%zz"), 400, "invalid-request"),
            new Refused(Http2Frames.head("GET", "/v1/images?limit=%zz"), 400, "invalid-request"),
            new Refused(Http2Frames.head("GET", "/v1/images/a b"), 400, "invalid-request"),
            new Refused(Http2Frames.head("GET", "v1/images"), 400, "invalid-request"),
            new Refused(Http2Frames.head("GET", "http://x/v1/images"), 400, "invalid-request"),
            new Refused(Http2Frames.head("GET", "/v1/images#x"), 400, "invalid-request"),
            new Refused(Http2Frames.head("GET", "/v1/images/x;y"), 400, "invalid-request"),
            new Refused(with("host", "elsewhere"), 400, "invalid-request"),
            new Refused(Http2Frames.head("GET", "/v1/images/" + "a".repeat(5000)), 414, "uri-too-long"),
            new Refused(with("x", "a".repeat(20_000)), 431, "head-too-large"),
            new Refused(with("origin", "http://elsewhere.example"), 403, "forbidden"),
            new Refused(List.of(":method", "CONNECT", ":authority", "x:80"), 405, "method-not-allowed"),
            new Refused(Http2Frames.head("CONNECT", "/v1/pool"), 405, "method-not-allowed"));

    private static List<String> with(String name, String value) {
        List<String> head = new ArrayList<>(Http2Frames.head("GET", "/v1/pool"));
        head.addAll(List.of(name, value));
        return List.copyOf(head);
    }

    @Test
    void whatIsRefusedIsRefusedWithAProblem() throws Exception {
        // Given
        Certificates certificates = new Certificates(Files.createDirectories(WORKSPACE.file("tls")));
        AgentProcess agent = FramingIT.overTls(WORKSPACE, "http2", certificates).start();
        SSLContext trust = FramingIT.trusting(certificates);

        for (Refused request : REFUSED) {
            try (Http2Frames connection = connect(trust, agent)) {
                // When
                String answer = connection.last(request.head()).answer();

                // Then
                JsonNode problem = JSON.readTree(answer);
                assertThat(problem.path("status").asInt()).as(answer).isEqualTo(request.status());
                assertThat(problem.path("code").asText()).isEqualTo(request.code());
            }
        }
        // The answer comes though the end of the body does not.
        try (Http2Frames connection = connect(trust, agent)) {
            assertThat(connection
                            .head(Http2Frames.head("PUT", "/v1/images/%zz/content"))
                            .body("hello")
                            .answer())
                    .contains("invalid-request");
        }
        assertThat(agent.log()).doesNotContain("Exception", " ERROR ");
        agent.terminate();
    }

    @Test
    void digestInATrailerIsRefused() throws Exception {
        // Given
        Certificates certificates = new Certificates(Files.createDirectories(WORKSPACE.file("trailers")));
        AgentProcess agent =
                FramingIT.overTls(WORKSPACE, "http2-trailers", certificates).start();
        SSLContext trust = FramingIT.trusting(certificates);

        // When
        String late = uploaded(
                connect(trust, agent), "repr-digest", "sha-256=:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=:");
        String other = uploaded(connect(trust, agent), "x-whatever", "1");

        // Then
        assertThat(late).contains("invalid-request").contains("in a trailer");
        assertThat(other).contains("\"state\":\"ready\"");
        agent.terminate();
    }

    private static String uploaded(Http2Frames connection, String trailer, String value) {
        try (connection) {
            return connection
                    .head(Http2Frames.head("PUT", "/v1/images/x/content?format=raw"))
                    .body("hello")
                    .last(List.of(trailer, value))
                    .answer();
        }
    }

    /** A connection for HTTP/2 to an agent whose certificate is trusted. */
    static Http2Frames connect(SSLContext trust, AgentProcess agent) throws IOException {
        return new Http2Frames(socket(trust, agent));
    }

    /** A connection that is for HTTP/2. */
    static Socket socket(SSLContext trust, AgentProcess agent) throws IOException {
        SSLSocket socket = (SSLSocket) FramingIT.overTls(trust, agent);
        SSLParameters parameters = socket.getSSLParameters();
        parameters.setApplicationProtocols(new String[] {"h2"});
        socket.setSSLParameters(parameters);
        return socket;
    }
}
