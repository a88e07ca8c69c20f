// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.it;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

/** What a native executable is built for: it is there at once, and small. On the file engine, with an empty pool. */
@Timeout(value = 5, unit = TimeUnit.MINUTES)
class NativeStartIT {
    @RegisterExtension
    static final Workspace WORKSPACE = Workspace.of(NativeStartIT.class);

    private static final Duration READY_AT_MOST = Duration.ofMillis(100);
    private static final long IDLE_BYTES_AT_MOST = 64L << 20;
    private static final int STARTS = 5;
    private static final int REST_SECONDS = 10;

    @BeforeEach
    void isAnExecutable() {
        assumeTrue(
                BuiltAgent.current() instanceof BuiltAgent.Executable,
                "this build has made a jar: './dev native' makes an executable");
    }

    @Test
    void itsLibrariesAreThoseBesideIt() {
        // Given
        Path beside = ((BuiltAgent.Executable) BuiltAgent.current())
                .file()
                .toAbsolutePath()
                .getParent();

        // When
        try (AgentProcess agent = AgentProcess.launch(WORKSPACE.agent("libraries"))) {
            agent.awaitReady();

            // Then
            assertThat(agent.mappedFiles())
                    .contains(beside.resolve("libscrubjay.so"), beside.resolve("libsqlitejdbc.so"));
            agent.terminate();
        }
    }

    /** As an agent is left alone in a cluster: it is probed, and its metrics are read. */
    private static void rest(AgentProcess agent) throws InterruptedException {
        for (int second = 0; second < REST_SECONDS; second++) {
            TimeUnit.SECONDS.sleep(1);
            assertThat(agent.readiness()).isEqualTo(200);
            assertThat(agent.curl("/q/metrics").run().require(200).text()).contains("scrubjay_");
        }
    }

    @Test
    void itIsReadyAtOnce() {
        // Given
        AgentSetup setup = WORKSPACE.agent("at-once");
        List<Duration> starts = new ArrayList<>();

        // When
        for (int start = 0; start < STARTS; start++) {
            long began = System.nanoTime();
            try (AgentProcess agent = AgentProcess.launch(setup)) {
                agent.awaitReady();
                starts.add(Duration.ofNanos(System.nanoTime() - began));
                agent.terminate();
            }
        }

        // Then
        System.out.println("NativeStartIT: ready after " + starts);
        // The best of them: the machine may be busy with something else.
        assertThat(starts.stream().min(Duration::compareTo).orElseThrow()).isLessThanOrEqualTo(READY_AT_MOST);
    }

    @Test
    void itIsSmallAtRest() throws InterruptedException {
        try (AgentProcess agent = WORKSPACE.agent("small").start()) {
            // When
            rest(agent);
            long idleBytes = agent.residentBytes();

            // Then
            System.out.println("NativeStartIT: idle " + (idleBytes >> 20) + " MiB");
            assertThat(idleBytes).isLessThanOrEqualTo(IDLE_BYTES_AT_MOST);
            agent.terminate();
        }
    }
}
