// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.it;

import io.scrubjay.engine.FreePort;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/** Who gets at the built agent, and how far. Most tests share one of three agents: none leaves anything that another sees. */
@Timeout(value = 5, unit = TimeUnit.MINUTES)
class SecurityIT {
    @RegisterExtension
    static final Workspace WORKSPACE = Workspace.of(SecurityIT.class);

    private static final String TOKEN = "canary-upload-0123456789abcdef";
    private static final int MIB = 1 << 20;

    /** Listens everywhere; only who has the token may use it. */
    private static AgentProcess guarded;
    /** Open to everybody who reaches its port. */
    private static AgentProcess open;
    /** The same, and waits hardly any time for a request's head. */
    private static AgentProcess hasty;

    @BeforeAll
    static void start() throws IOException {
        guarded = withTokens("guarded").with("quarkus.http.host", "0.0.0.0").launch();
        open = WORKSPACE.agent("open").launch();
        hasty = WORKSPACE
                .agent("hasty")
                .with("scrubjay.http.head-timeout", "2s")
                .launch();
        guarded.awaitReady();
        open.awaitReady();
        hasty.awaitReady();
    }

    @AfterAll
    static void stop() {
        guarded.terminate();
        open.terminate();
        hasty.terminate();
    }

    private static AgentSetup withTokens(String name) throws IOException {
        Path tokens = Files.writeString(WORKSPACE.file(name + "-tokens"), "upload ci " + TOKEN + "\n");
        return WORKSPACE.agent(name).with("scrubjay.security.tokens-file", tokens.toString());
    }

    @Test
    void riskThatIsAcceptedIsWarnedOf() {
        AgentProcess agent = WORKSPACE
                .agent("insecure")
                .with("quarkus.http.host", "0.0.0.0")
                .with("scrubjay.security.insecure", "true")
                .start();
        assertThat(agent.log()).containsPattern("WARN .*scrubjay.security.insecure=true");
        agent.terminate();
    }

    @Test
    void agentWithTokensListensEverywhere() {
        guarded.curl("/v1/images").run().requireProblem(401, "unauthorized");
        guarded.curl("/v1/images")
                .with("-H", "Authorization: Bearer " + TOKEN)
                .run()
                .require(200);
    }

    @Test
    void refusalNamesTheRoleThatIsMissingAndTheOneThatIsThere() {
        // Given
        Curl delete = guarded.curl("/v1/images/x").with("-X", "DELETE");

        // When
        CurlAnswer answer = delete.with("-H", "Authorization: Bearer " + TOKEN).run();

        // Then
        answer.requireProblem(403, "forbidden");
        assertThat(answer.json().path("detail").asText())
                .isEqualTo("this request needs the role 'admin'; the token of 'ci' has the role 'upload'");
    }

    @Test
    void tokensFileThatIsAPipeStopsTheStart() throws Exception {
        // Given
        Path pipe = WORKSPACE.file("pipe");
        Command.run("mkfifo", pipe.toString());

        // When
        AgentProcess agent = WORKSPACE
                .agent("pipe")
                .with("scrubjay.security.tokens-file", pipe.toString())
                .launch();

        // Then
        assertThat(agent.awaitEnd()).isNotZero();
        assertThat(agent.log()).contains("pipe cannot be read").contains("not a regular file");
    }

    @Test
    void tokensFileThatBecomesAPipeChangesNothingAndIsToldOf() throws Exception {
        // Given
        AgentProcess agent = withTokens("becomes-pipe").start();
        Path tokens = WORKSPACE.file("becomes-pipe-tokens");
        Path other = WORKSPACE.file("becomes-pipe-other");
        Command.run("mkfifo", other.toString());

        // When
        Files.move(other, tokens, StandardCopyOption.ATOMIC_MOVE);
        await().atMost(Duration.ofSeconds(60)).until(() -> agent.log().contains("not a regular file"));

        // Then
        Curl list = agent.curl("/v1/images").with("-H", "Authorization: Bearer " + TOKEN);
        list.run().require(200);
        Files.move(Files.writeString(other, "# nobody\n"), tokens, StandardCopyOption.ATOMIC_MOVE);
        await().atMost(Duration.ofSeconds(60)).until(() -> list.run().status() == 401);
        agent.terminate();
    }

    @Test
    void issuerThatIsDownIsNoReasonToRefuseTheFilesTokens() throws IOException {
        // Given
        AgentProcess agent = withTokens("no-issuer")
                .with("quarkus.oidc.tenant-enabled", "true")
                .with("quarkus.oidc.auth-server-url", "http://127.0.0.1:1")
                .start();
        Curl list = agent.curl("/v1/images");

        // When
        CurlAnswer jwt = list.with("-H", "Authorization: Bearer a.b.c").run();

        // Then
        jwt.requireProblem(503, "issuer-unavailable");
        list.with("-H", "Authorization: Bearer " + TOKEN).run().require(200);
        list.run().requireProblem(401, "unauthorized");
        agent.terminate();
    }

    @Test
    void twoAgentsNeedTwoPortsOnly() {
        // When
        AgentProcess second = WORKSPACE.agent("second").start();

        // Then
        assertThat(second.management()).isNotEqualTo(open.management());
        second.terminate();
    }

    @Test
    void anotherAgentOnTheMachineNeedsAnotherApiPortOnly() {
        // Given
        AgentProcess first = onAFreePort("first-port").start();

        // When
        AgentProcess second = onAFreePort("second-port").start();

        // Then
        assertThat(second.management().getPort())
                .isNotEqualTo(first.management().getPort());
        first.terminate();
        second.terminate();
    }

    private static AgentSetup onAFreePort(String name) {
        return WORKSPACE.agent(name).with("quarkus.http.port", Integer.toString(FreePort.take()));
    }

    @Test
    void probesAndMetricsHaveAPortOfTheirOwn() {
        // When
        Curl ready = new Curl(WORKSPACE, open.management().resolve("/q/health/ready"));

        // Then
        ready.run().require(200);
        new Curl(WORKSPACE, open.management().resolve("/q/metrics")).run().require(200);
        new Curl(WORKSPACE, open.management().resolve("/v1/images")).run().require(404);
        open.curl("/q/health/ready").run().require(200);
        open.curl("/q/metrics").run().require(200);
    }

    @Test
    void strangerIsNotToldToSend() {
        // Given
        Path file = SparseFile.write(WORKSPACE.file("file"), 1, 4 * MIB);

        // When
        CurlAnswer answer = guarded.curl("/v1/images/x/content")
                .with("-H", "Expect: 100-continue", "--expect100-timeout", "60")
                .sending(file)
                .run();

        // Then
        answer.requireProblem(401, "unauthorized");
        assertThat(answer.sentBytes()).as("sent of the body").isZero();
        guarded.curl("/v1/images/x/content")
                .with("-H", "Expect: 100-continue", "-H", "Authorization: Bearer " + TOKEN)
                .sending(file)
                .run()
                .require(201);
    }

    @Test
    void nextToNothingIsReadOfAStrangersBody() {
        // Given
        byte[] piece = new byte[MIB];
        long sent = 0;

        // When
        try (Socket socket =
                new Socket(guarded.address().getHost(), guarded.address().getPort())) {
            OutputStream output = socket.getOutputStream();
            output.write("PUT /v1/images/x/content HTTP/1.1\r\nHost: x\r\nContent-Length: 4294967296\r\n\r\n"
                    .getBytes(StandardCharsets.US_ASCII));
            while (sent < 4L << 30) {
                output.write(piece);
                sent += piece.length;
            }
        } catch (IOException closed) {
            // As it has to be: the agent does not read on, and closes.
        }

        // Then: what the kernel's buffers hold on both sides, and a little
        assertThat(sent).isLessThan(64L * MIB);
    }

    @Test
    void refusalReachesAStrangerThatDoesNotWait() {
        // Given
        Path file = SparseFile.write(WORKSPACE.file("eager-file"), 1, 40 * MIB);

        // When
        CurlAnswer answer = guarded.curl("/v1/images/eager/content")
                .with("-H", "Expect:")
                .sending(file)
                .run();

        // Then
        answer.requireProblem(401, "unauthorized");
    }

    @Test
    void headThatComesSlowlyIsNotWaitedFor() throws Exception {
        // When, Then
        requireCutOff(hasty.address(), "GET /v1/images HTTP/1.1\r\nHost: x\r\nX-Slow: ");
        requireCutOff(hasty.address(), "GET /v1/images HTTP/1.1\r\nHost: x\r\n\r\nGET /v1/im");
        requireCutOff(hasty.management(), "GET /q/health HTTP/1.1\r\n");
    }

    /** Sends a byte now and then, and fails unless the agent closes the connection all the same. */
    private static void requireCutOff(URI address, String beginning) throws Exception {
        try (Socket socket = new Socket(address.getHost(), address.getPort())) {
            socket.setSoTimeout(200);
            socket.getOutputStream().write(beginning.getBytes(StandardCharsets.US_ASCII));
            for (int pieces = 0; pieces < 300; pieces++) {
                if (isClosed(socket)) {
                    return;
                }
            }
        }
        throw new AssertionError("the agent still listens after a minute");
    }

    private static boolean isClosed(Socket socket) {
        try {
            InputStream input = socket.getInputStream();
            if (input.read(new byte[4096]) < 0) {
                return true;
            }
            socket.getOutputStream().write('x');
            return false;
        } catch (SocketTimeoutException nothingYet) {
            return sendFails(socket);
        } catch (IOException reset) {
            return true;
        }
    }

    private static boolean sendFails(Socket socket) {
        try {
            socket.getOutputStream().write('x');
            return false;
        } catch (IOException reset) {
            return true;
        }
    }

    @Test
    void uploadThatTakesLongerThanAHeadMayIsNotCutOff() {
        // Given: at the rate below, twice as long as the agent waits for a head
        Path file = SparseFile.write(WORKSPACE.file("patient-file"), 1, 4 * MIB);

        // When
        CurlAnswer answer = hasty.curl("/v1/images/x/content?format=raw")
                .with("--limit-rate", "1M")
                .sending(file)
                .run();

        // Then
        answer.require(201);
    }
}
