package io.scrubjay.it;

import io.scrubjay.engine.spdk.NeedsSpdk;
import io.scrubjay.engine.spdk.TestDevice;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.EnumMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

/** How a process with SPDK in it ends: its thread, taken down in the middle of its work, would crash the process. */
@NeedsSpdk
@Timeout(value = 10, unit = TimeUnit.MINUTES)
class SpdkExitIT {
    @RegisterExtension
    static final Workspace WORKSPACE = Workspace.of(SpdkExitIT.class);

    private static final int ROUNDS = 3;
    private static final int CLUSTERS = 32;
    private static final int MIB = 1 << 20;
    private static final String NOT_IN_ORDER = "not closed in good order";

    private static Path device(String name) throws IOException {
        return TestDevice.make(Files.createDirectories(WORKSPACE.file(name)), CLUSTERS);
    }

    @Test
    void terminatedAgentEndsInGoodOrder() throws IOException {
        AgentSetup setup = WORKSPACE.agent("terminated").onDevice(device("terminated"));
        Path file = SparseFile.write(WORKSPACE.file("image"), TestChoice.seed(SpdkExitIT.class), 3 * MIB);
        for (int round = 0; round < ROUNDS * TestChoice.scale(); round++) {
            AgentProcess agent = setup.start();
            agent.images().upload("image", file);
            agent.images().delete("image").require(204);

            agent.terminate();

            assertThat(agent.log()).doesNotContain(NOT_IN_ORDER);
            assertThat(agent.errors()).isEmpty();
        }
    }

    @Test
    void interruptedAgentEndsInGoodOrder() throws IOException {
        AgentSetup setup = WORKSPACE.agent("interrupted").onDevice(device("interrupted"));
        for (int round = 0; round < ROUNDS * TestChoice.scale(); round++) {
            AgentProcess agent = setup.start();
            assumeThat(agent.hearsInterrupts()).as("SIGINT is not ignored").isTrue();

            agent.interrupt();

            assertThat(agent.log()).doesNotContain(NOT_IN_ORDER);
            assertThat(agent.errors()).isEmpty();
        }
    }

    /** All at once, as each waits for a while whether somebody closes the pool. */
    @Test
    void programThatDoesNotCloseItsPoolEndsAsItWantsTo() throws IOException, InterruptedException {
        // Given
        Map<PoolMain.Way, Process> first = new EnumMap<>(PoolMain.Way.class);
        Map<PoolMain.Way, Process> second = new EnumMap<>(PoolMain.Way.class);

        // When
        for (PoolMain.Way way : PoolMain.Way.values()) {
            first.put(way, start(way, device(way.name()), "first"));
        }
        for (PoolMain.Way way : PoolMain.Way.values()) {
            requireStatus(way, first.get(way));
            second.put(way, start(way, WORKSPACE.file(way.name()).resolve("device"), "second"));
        }

        // Then
        for (PoolMain.Way way : PoolMain.Way.values()) {
            requireStatus(way, second.get(way));
            assertThat(log(way, "second"))
                    .content()
                    .doesNotContain(NOT_IN_ORDER)
                    .doesNotContain("making a new pool");
        }
        assertThat(WORKSPACE.directory()).isDirectoryNotContaining("glob:**/hs_err*");
    }

    private static Process start(PoolMain.Way way, Path device, String run) throws IOException {
        ProcessBuilder builder = new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx64m",
                "-XX:ErrorFile=" + WORKSPACE.file("hs_err_%p"),
                "-cp",
                System.getProperty("surefire.test.class.path", System.getProperty("java.class.path")),
                PoolMain.class.getName(),
                "aio:" + device,
                way.name());
        Process process = builder.redirectErrorStream(true)
                .redirectOutput(log(way, run).toFile())
                .start();
        WORKSPACE.closing(process::destroyForcibly);
        return process;
    }

    private static Path log(PoolMain.Way way, String run) {
        return WORKSPACE.file(way + "-" + run + ".log");
    }

    private static void requireStatus(PoolMain.Way way, Process process) throws InterruptedException {
        assertThat(process.waitFor(1, TimeUnit.MINUTES)).as("%s has ended", way).isTrue();
        int expected = switch (way) {
            case RETURN -> 0;
            case EXIT -> PoolMain.STATUS;
            case THROW -> 1;
        };
        assertThat(process.exitValue()).as("exit status of %s", way).isEqualTo(expected);
    }
}
