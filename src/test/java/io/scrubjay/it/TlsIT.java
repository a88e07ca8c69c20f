// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.it;

import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/** The API over TLS. */
@Timeout(value = 5, unit = TimeUnit.MINUTES)
class TlsIT {
    @RegisterExtension
    static final Workspace WORKSPACE = Workspace.of(TlsIT.class);

    /** What curl ends with when it does not trust the server. */
    private static final int UNTRUSTED = 60;

    private static Certificates certificates;

    @BeforeAll
    static void makeCertificates() throws IOException {
        certificates = new Certificates(Files.createDirectories(WORKSPACE.file("tls")));
        certificates.selfSigned("server");
        certificates.selfSigned("authority");
        certificates.signedBy("authority", "uploader", "ci-uploader");
        certificates.signedBy("authority", "stranger", "stranger");
        certificates.selfSigned("forger");
    }

    private static AgentSetup setup(String name) {
        return WORKSPACE
                .agent(name)
                .with("quarkus.http.tls-configuration-name", "api")
                .with(
                        "quarkus.tls.api.key-store.pem.0.cert",
                        certificates.certificate("server").toString())
                .with(
                        "quarkus.tls.api.key-store.pem.0.key",
                        certificates.key("server").toString());
    }

    private static AgentSetup withClients(String name) {
        return setup(name)
                .with(
                        "quarkus.tls.api.trust-store.pem.certs",
                        certificates.certificate("authority").toString())
                .with("scrubjay.security.subjects.ci-uploader", "upload");
    }

    private static Curl trusting(AgentProcess agent, String name, String path) {
        return agent.curl(path).with("--cacert", certificates.certificate(name).toString());
    }

    private static Curl as(String client, AgentProcess agent, String path) {
        return trusting(agent, "server", path)
                .with("--cert", certificates.certificate(client).toString())
                .with("--key", certificates.key(client).toString());
    }

    @Test
    void withTlsNothingIsAnsweredWithout() throws IOException {
        // Given
        AgentProcess agent = setup("tls").start();
        Path file = SparseFile.write(WORKSPACE.file("file"), 1, 3 << 20);

        // When
        CurlAnswer answer =
                trusting(agent, "server", "/v1/images/x/content").sending(file).run();

        // Then
        answer.require(201);
        assertThat(agent.address().getScheme()).isEqualTo("https");
        assertThat(agent.log()).doesNotContainPattern("Listening on: http://");
        String plain = agent.address().toString().replace("https:", "http:");
        assertThat(Command.attempt("curl", "-q", "-sS", plain + "/v1/images").status())
                .isNotZero();
        agent.terminate();
    }

    /** What curl and browsers speak over TLS when nobody tells them otherwise. */
    @Test
    void http2IsAsGoodAsHttp1() throws IOException {
        // Given
        AgentProcess agent = setup("http2")
                .with("scrubjay.http.json-max", "1K")
                .with("scrubjay.http.json-timeout", "2s")
                .start();
        Path file = SparseFile.write(WORKSPACE.file("http2-file"), 1, 3 << 20);
        Path longJson = Files.writeString(WORKSPACE.file("long.json"), "{\"name\":\"" + "x".repeat(4096) + "\"}");

        // When
        http2(agent, "/v1/images/x/content").sending(file).run().require(201);

        // Then
        CurlAnswer read = http2(agent, "/v1/images/x/content").run().require(200);
        assertThat(read.headers().get(0)).startsWith("HTTP/2 ");
        assertThat(read.body()).hasSameBinaryContentAs(file);
        // Refusals before, amid and after a body.
        http2(agent, "/v1/images/x/content").sending(file).run().requireProblem(409, "image-exists");
        http2(agent, "/v1/images/NO/content").sending(file).run().requireProblem(400, "invalid-name");
        http2(agent, "/v1/images/y/content?digest=sha-256:" + "0".repeat(64))
                .sending(file)
                .run()
                .requireProblem(422, "digest-mismatch");
        http2(agent, "/v1/volumes/none/content")
                .sending(file)
                .with("-H", "Content-Range: bytes 0-3145727/*")
                .run()
                .requireProblem(404, "volume-not-found");
        http2(agent, "/v1/volumes")
                .with("-H", "Content-Type: application/json", "-H", "Content-Length:", "--data-binary", "@" + longJson)
                .run()
                .require(413);
        http2(agent, "/v1/images/x").with("-X", "DELETE").run().require(204);
        agent.terminate();
    }

    private static Curl http2(AgentProcess agent, String path) {
        return trusting(agent, "server", path).with("--http2");
    }

    @Test
    void certificateThatIsReplacedHoldsWithoutARestart() throws IOException {
        // Given
        certificates.selfSigned("old");
        certificates.selfSigned("new");
        certificates.selfSigned("mounted");
        certificates.replace("mounted", "old");
        AgentProcess agent = setup("reload")
                .with(
                        "quarkus.tls.api.key-store.pem.0.cert",
                        certificates.certificate("mounted").toString())
                .with(
                        "quarkus.tls.api.key-store.pem.0.key",
                        certificates.key("mounted").toString())
                .with("quarkus.tls.api.reload-period", "1s")
                .start();
        trusting(agent, "old", "/v1/images").run().require(200);

        // When
        certificates.replace("mounted", "new");

        // Then
        await().atMost(Duration.ofSeconds(60))
                .until(() -> trusting(agent, "new", "/v1/images").run().status() == 200);
        assertThat(trusting(agent, "old", "/v1/images").run().exit()).isEqualTo(UNTRUSTED);
        agent.terminate();
    }

    @Test
    void clientsMayShowCertificates() throws IOException {
        // Given
        AgentProcess agent = withClients("clients").start();
        Path file = SparseFile.write(WORKSPACE.file("clients-file"), 1, 1 << 20);

        // When
        CurlAnswer uploaded =
                as("uploader", agent, "/v1/images/x/content").sending(file).run();

        // Then
        uploaded.require(201);
        as("uploader", agent, "/v1/images/x").with("-X", "DELETE").run().requireProblem(403, "forbidden");
        as("stranger", agent, "/v1/images").run().requireProblem(403, "forbidden");
        for (String worthNothing : List.of("Basic b3BzOmNhbmFyeQ==", "Bearer nonsense", "Bearer", "nonsense")) {
            as("uploader", agent, "/v1/images")
                    .with("-H", "Authorization: " + worthNothing)
                    .run()
                    .requireProblem(401, "unauthorized");
        }
        trusting(agent, "server", "/v1/images").run().requireProblem(401, "unauthorized");
        assertThat(as("forger", agent, "/v1/images").run().exit()).isNotZero();
        assertThat(agent.log()).contains("\"who\":\"ci-uploader\",\"by\":\"certificate\"");
        agent.terminate();
    }

    @Test
    void clientsCanBeMadeToShowCertificates() {
        // Given
        AgentProcess agent = withClients("required")
                .with("scrubjay.security.client-certificates", "require")
                .start();

        // When
        CurlAnswer without = trusting(agent, "server", "/v1/images").run();

        // Then
        assertThat(without.exit()).isNotZero();
        assertThat(without.status()).isZero();
        as("uploader", agent, "/v1/images").run().require(200);
        agent.terminate();
    }

    @Test
    void requiredCertificatesNeedAnAuthority() {
        AgentProcess agent = setup("no-authority")
                .with("scrubjay.security.client-certificates", "require")
                .launch();
        assertThat(agent.awaitEnd()).isNotZero();
        assertThat(agent.log()).contains("scrubjay.security.client-certificates=require needs TLS");
    }
}
