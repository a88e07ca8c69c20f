// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.it;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

/** What the agent leaves on the disk beside its pool: in one place, for its own user, and not for ever. */
@Timeout(value = 5, unit = TimeUnit.MINUTES)
class StateDirectoryIT {
    @RegisterExtension
    static final Workspace WORKSPACE = Workspace.of(StateDirectoryIT.class);

    /** An agent whose temporary files can be told from everybody else's. */
    private static AgentSetup setup(String name) throws IOException {
        Path temporary = Files.createDirectories(temporary(name));
        return WORKSPACE.agent(name).withJvm("-Djava.io.tmpdir=" + temporary);
    }

    private static Path temporary(String name) {
        return WORKSPACE.file(name + "-tmp");
    }

    @Test
    void stateIsForTheAgentsUserOnly() throws IOException {
        // Given: an earlier version's, open to everybody
        AgentSetup setup = setup("modes");
        Files.createDirectories(
                setup.state(), PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwxr-xr-x")));
        Files.createFile(
                setup.state().resolve("scrubjay.db.damaged-20260101T000000Z"),
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-r--r--")));

        // When
        AgentProcess agent = setup.start();

        // Then
        assertThat(modes(setup.state())).containsExactlyInAnyOrder("rwx------", "rw-------");
        agent.terminate();
    }

    @Test
    void whatIsUnpackedLiesThereAndIsGoneAfterTheNextStart() throws IOException {
        // Given
        AgentSetup setup = setup("unpacked");
        AgentProcess killed = setup.start();
        killed.curl("/q/swagger-ui/").run().require(200);
        Set<Path> unpacked = files(setup.state().resolve("unpacked"));
        killed.kill9();

        // When
        AgentProcess next = setup.start();

        // Then
        assertThat(unpacked).isNotEmpty();
        assertThat(files(setup.state().resolve("unpacked"))).doesNotContainAnyElementsOf(unpacked);
        assertThat(files(temporary("unpacked")))
                .filteredOn(path -> !path.toString().contains("hsperfdata"))
                .isEmpty();
        next.terminate();
    }

    @Test
    void secondAgentLeavesTheFirstOnesFilesAlone() throws IOException {
        // Given
        AgentSetup setup = setup("shared");
        AgentProcess first = setup.start();
        Set<Path> unpacked = files(setup.state().resolve("unpacked"));

        // When
        setup.launch().awaitEnd();

        // Then
        assertThat(files(setup.state().resolve("unpacked"))).containsAll(unpacked);
        first.curl("/q/swagger-ui/").run().require(200);
        first.terminate();
    }

    /** INVARIANT I-9: the pool is enough. */
    @Test
    void agentStartsWhereThereCanBeNoStateDirectory() throws IOException {
        // Given
        AgentSetup setup = setup("absent");
        Files.writeString(setup.state(), "a file where the directory should be");

        // When
        AgentProcess agent = setup.start();

        // Then
        assertThat(agent.log())
                .contains("the database of the scrub history in " + setup.state() + " cannot be used now");
        agent.terminate();
    }

    /** A storage agent serves its images whatever became of the history's disk. */
    @Test
    void agentServesThoughTheStateDirectoryIsFull() throws IOException {
        Optional<SmallDisk> disk = SmallDisk.mount(WORKSPACE, SmallDisk.Kind.TMPFS, 1);
        assumeThat(disk)
                .as("cannot mount a small file system: run the tests as root")
                .isPresent();
        disk.orElseThrow().fillUp();
        AgentSetup setup = setup("full").withState(disk.orElseThrow().directory(""));
        Path content = Files.write(WORKSPACE.file("full-content"), new byte[] {1, 2, 3});

        AgentProcess agent = setup.start();

        assertThat(agent.log()).contains("cannot be used now");
        agent.images().upload("disk", content);
        assertThat(agent.images().content("disk").run().require(200).body()).hasSameBinaryContentAs(content);
        assertThat(agent.curl("/v1/scrub").run().require(200).json().at("/setByRequest/kept"))
                .hasToString("false");
        agent.terminate();
    }

    /** It is the administrator's word. */
    @Test
    void pauseHoldsInAReadOnlyStateDirectory() {
        Optional<SmallDisk> disk = SmallDisk.mount(WORKSPACE, SmallDisk.Kind.TMPFS, 64);
        assumeThat(disk)
                .as("cannot mount a small file system: run the tests as root")
                .isPresent();
        AgentSetup setup =
                WORKSPACE.agent("paused").withState(disk.orElseThrow().directory("state"));
        AgentProcess first = setup.start();
        first.curl("/v1/scrub")
                .with("-X", "PATCH", "-H", "Content-Type: application/json", "-d", "{\"paused\": true}")
                .run()
                .require(200);
        first.terminate();
        disk.orElseThrow().makeReadOnly();

        AgentProcess agent = setup.start();

        assertThat(agent.curl("/v1/scrub")
                        .run()
                        .require(200)
                        .json()
                        .path("paused")
                        .asBoolean())
                .isTrue();
        assertThat(agent.curl("/v1/scrub").run().require(200).json().at("/setByRequest/kept"))
                .hasToString("false");
        agent.terminate();
    }

    private static Set<Path> files(Path directory) throws IOException {
        try (Stream<Path> walk = Files.walk(directory)) {
            return walk.filter(Files::isRegularFile).collect(Collectors.toSet());
        }
    }

    /** The directory's and those of what lies in it; nobody gets at what lies deeper. */
    private static Set<String> modes(Path directory) throws IOException {
        try (Stream<Path> walk = Files.walk(directory, 1)) {
            return walk.map(StateDirectoryIT::mode).collect(Collectors.toSet());
        }
    }

    private static String mode(Path path) {
        try {
            return PosixFilePermissions.toString(Files.getPosixFilePermissions(path));
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }
}
