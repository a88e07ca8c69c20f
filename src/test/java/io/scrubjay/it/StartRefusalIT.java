// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.it;

import com.fasterxml.jackson.databind.ObjectMapper;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

import static org.assertj.core.api.Assertions.assertThat;

/** A start that is refused says why in one line, and its exit status says whether to try again. */
@Timeout(value = 10, unit = TimeUnit.MINUTES)
class StartRefusalIT {
    @RegisterExtension
    static final Workspace WORKSPACE = Workspace.of(StartRefusalIT.class);

    private static final String PREFIX = "the agent does not start: ";
    private static final int STATUS_CONFIGURATION = 78;
    private static final int STATUS_TRY_AGAIN = 75;

    private static AgentSetup agent() {
        return WORKSPACE.agent(WORKSPACE.fresh("refused").getFileName().toString());
    }

    private static String reason(AgentSetup setup, int status) {
        return reason(setup.launch(), status);
    }

    private static String reason(AgentProcess agent, int status) {
        assertThat(agent.awaitEnd()).as(agent.log()).isEqualTo(status);
        assertThat(agent.log().lines())
                .noneMatch(line -> line.startsWith("\tat ") || line.startsWith("Caused by"))
                .noneMatch(line -> line.contains("kill"));
        List<String> reasons =
                agent.log().lines().filter(line -> line.contains(PREFIX)).toList();
        assertThat(reasons).hasSize(1);
        assertThat(agent.log().lines().toList()).endsWith(reasons.get(0));
        return reasons.get(0).substring(reasons.get(0).indexOf(PREFIX) + PREFIX.length());
    }

    @ParameterizedTest
    @CsvSource({
        "scrubjay.file.io-threads, many, scrubjay.file.io-threads=many",
        "scrubjay.file.io-threads, 0, scrubjay.file",
        "scrubjay.engine, zfs, scrubjay.engine=zfs",
        "scrubjay.engine, spdk, scrubjay.spdk.device",
        "scrubjay.fiel.io-threads, 4, there is no setting scrubjay.fiel.io-threads",
        "scrubjay.ingest.memory-max, 1K, scrubjay.ingest.memory-max",
        "scrubjay.scrub.auto-repair, maybe, scrubjay.scrub.auto-repair=maybe is wrong: it must be true or false",
        "scrubjay.scrub.deep-cron, never, scrubjay.scrub",
        "scrubjay.scrub.deep-cron, 0 0 2 ? * SUN 2020, names no time after",
        "scrubjay.shutdown.grace, -1s, scrubjay.shutdown.grace",
        "scrubjay.http.json-timeout, -5s, scrubjay.http.json-timeout=-5s is wrong: it must be at least 1ms",
        "quarkus.http.port, abc, quarkus.http.port=abc",
        "quarkus.http.tls-configuration-name, absent, quarkus.tls.absent",
    })
    void wrongSettingIsNamed(String key, String value, String named) {
        assertThat(reason(agent().with(key, value), STATUS_CONFIGURATION)).contains(named);
    }

    @ParameterizedTest
    @ValueSource(strings = {"0.0.0.0", "::"})
    void agentThatEverybodyCouldUseDoesNotStart(String host) {
        // Given
        AgentSetup setup = agent().with("quarkus.http.host", host);

        // When
        AgentProcess agent = setup.launch();

        // Then
        assertThat(reason(agent, STATUS_CONFIGURATION)).contains("scrubjay.security.tokens-file");
        assertThat(agent.log()).doesNotContain("Listening on");
        assertThat(setup.pool()).doesNotExist();
    }

    @Test
    void reasonIsTheMessageInJson() throws IOException {
        for (String wrong : List.of("many", "0")) {
            // Given
            AgentSetup setup =
                    agent().with("quarkus.log.console.json.enabled", "true").with("scrubjay.file.io-threads", wrong);

            // When
            AgentProcess agent = setup.launch();
            assertThat(agent.awaitEnd()).isEqualTo(STATUS_CONFIGURATION);

            // Then
            String last = agent.log().lines().reduce((earlier, later) -> later).orElseThrow();
            assertThat(new ObjectMapper().readTree(last).path("message").asText())
                    .startsWith(PREFIX)
                    .contains("scrubjay.file");
        }
    }

    @Test
    void stackTraceIsShownToWhoeverAsksForIt() {
        // Given
        Path place = WORKSPACE.fresh("traced");
        List<String> command = new ArrayList<>(BuiltAgent.current()
                .command(
                        WORKSPACE,
                        List.of(
                                "-Dscrubjay.file.io-threads=0",
                                "-Dquarkus.http.port=0",
                                "-Dscrubjay.pool.path=" + place.resolve("pool"),
                                "-Dscrubjay.state.path=" + place.resolve("state"))));
        command.add("--stacktrace");

        // When
        Command.Result result = Command.attempt(command.toArray(String[]::new));

        // Then
        assertThat(result.status()).isEqualTo(STATUS_CONFIGURATION);
        assertThat(result.output()).contains(PREFIX, "\tat io.scrubjay.engine.file.");
    }

    @Test
    void poolThatIsInUseIsWorthAnotherTry() {
        // Given
        AgentSetup setup = agent();
        AgentProcess owner = setup.start();
        Path file = SparseFile.write(WORKSPACE.fresh("file"), 1, 1 << 20);
        owner.images().upload("owned", file);

        // When
        String reason = reason(setup, STATUS_TRY_AGAIN);

        // Then
        assertThat(reason).contains("is in use by process " + owner.pid(), "stop that process");
        assertThat(owner.images().get("owned").path("state").asText()).isEqualTo("ready");
        owner.terminate();
    }

    @Test
    void directoryThatIsNoPoolIsNamedAndLeftAlone() throws IOException {
        // Given
        AgentSetup setup = agent();
        Path precious = Files.createDirectories(setup.pool()).resolve("thesis.txt");
        Files.writeString(precious, "all of it");

        // When
        String reason = reason(setup, STATUS_CONFIGURATION);

        // Then
        assertThat(reason).contains(setup.pool().toString(), "thesis.txt", "is not a pool and is not empty");
        assertThat(setup.pool()).isDirectoryContaining(precious::equals);
        assertThat(precious).hasContent("all of it");
    }

    /** Each of these would let in everybody. */
    @ParameterizedTest
    @CsvSource({"SCRUBJAY_SECURITY_TOKENS_FILE", "QUARKUS_HTTP_TLS_CONFIGURATION_NAME"})
    void settingThatIsEmptyIsNotTakenForNone(String variable) {
        assertThat(reason(agent().launchedBy("env", variable + "="), STATUS_CONFIGURATION))
                .contains(variable + " is set, but empty: give it a value, or remove it");
    }

    @Test
    void stateInsideThePoolIsRefusedAndThePoolLeftAlone() {
        // Given
        AgentSetup setup = agent();
        setup.start().terminate();
        Path inside = setup.pool().resolve("state");

        // When
        String reason = reason(setup.with("scrubjay.state.path", inside.toString()), STATUS_CONFIGURATION);

        // Then
        assertThat(reason).contains("scrubjay.state.path=" + inside, "scrubjay.pool.path=" + setup.pool());
        assertThat(inside).doesNotExist();
    }

    @Test
    void placeWhereNoPoolCanBeIsNamed() {
        assertThat(reason(agent().withPool(Path.of("/proc/pool")), STATUS_CONFIGURATION))
                .contains("/proc/pool");
    }

    @Test
    void deviceThatIsNotThereIsNamed() {
        AgentSetup setup = agent().onDevice(WORKSPACE.fresh("no-device"));
        // Where SPDK is not part of the build, that is the reason.
        assertThat(reason(setup, STATUS_CONFIGURATION)).containsAnyOf("scrubjay.spdk.device", "scrubjay.engine=file");
    }

    @Test
    void portThatIsTakenIsWorthAnotherTry() throws IOException {
        for (String key : List.of("quarkus.http.port", "quarkus.management.port")) {
            try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
                String port = Integer.toString(taken.getLocalPort());
                assertThat(reason(agent().with(key, port), STATUS_TRY_AGAIN)).contains(port, key, "in use");
            }
        }
    }

    /** RFC 5737 keeps this address for documentation: no machine has it. */
    @Test
    void addressThatIsNotHereIsNamed() {
        AgentSetup setup = agent().with("quarkus.http.host", "192.0.2.1").with("scrubjay.security.insecure", "true");
        assertThat(reason(setup, STATUS_TRY_AGAIN)).contains("192.0.2.1", "quarkus.http.host");
    }

    @Test
    void keyThatIsMissingOrNoneIsNamed() throws IOException {
        // Given
        String missing = WORKSPACE.fresh("missing").toString();
        String text = Files.writeString(WORKSPACE.fresh("text"), "no key").toString();

        // When, Then
        assertThat(reason(withKey(missing), STATUS_CONFIGURATION)).contains("there is no " + missing, "quarkus.tls");
        assertThat(reason(withKey(text), STATUS_CONFIGURATION)).contains("quarkus.tls");
    }

    private static AgentSetup withKey(String file) {
        return agent().with("quarkus.http.tls-configuration-name", "api")
                .with("quarkus.tls.api.key-store.pem.0.cert", file)
                .with("quarkus.tls.api.key-store.pem.0.key", file);
    }

    @Test
    void tokensThatCannotBeReadOrUnderstoodAreNamed() throws IOException {
        // Given
        Path missing = WORKSPACE.fresh("no-tokens");
        Path wrong = Files.writeString(WORKSPACE.fresh("wrong-tokens"), "admin only-a-name\n");

        // When
        String reasonOfMissing = reason(withTokens(missing), STATUS_CONFIGURATION);
        String reasonOfWrong = reason(withTokens(wrong), STATUS_CONFIGURATION);

        // Then
        assertThat(reasonOfMissing).contains(missing + " cannot be read", "scrubjay.security");
        assertThat(reasonOfWrong).contains(wrong.toString(), "scrubjay.security");
    }

    private static AgentSetup withTokens(Path file) {
        return agent().with("scrubjay.security.tokens-file", file.toString());
    }
}
