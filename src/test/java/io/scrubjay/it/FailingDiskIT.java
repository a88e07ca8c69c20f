// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.it;

import com.fasterxml.jackson.databind.JsonNode;
import io.scrubjay.engine.FailingDisk;
import io.scrubjay.engine.FailingDisk.Request;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

/** A pool of files on a disk that fails with EIO: what was answered with success is so, and no image is lost. */
@Timeout(value = 10, unit = TimeUnit.MINUTES)
class FailingDiskIT {
    @RegisterExtension
    static final Workspace WORKSPACE = Workspace.of(FailingDiskIT.class);

    private static final int MIB = 1 << 20;
    private static final long DISK_BYTES = 96L * MIB;
    private static final Duration PATIENCE = Duration.ofMinutes(2);

    /** What the file system makes of an error. */
    private enum Kind {
        /** It goes on. */
        WITHOUT_JOURNAL,
        /** A write of its journal that fails leaves it read-only. */
        WITH_JOURNAL;

        String[] mkfs() {
            return switch (this) {
                case WITHOUT_JOURNAL -> new String[] {"-O", "^has_journal"};
                case WITH_JOURNAL -> new String[0];
            };
        }
    }

    private record Stand(FailingDisk medium, SmallDisk disk, AgentSetup setup) {
        static Stand of(String name, Kind kind) throws IOException {
            FailingDisk medium =
                    WORKSPACE.closing(FailingDisk.in(Files.createDirectories(WORKSPACE.file(name)), DISK_BYTES));
            Optional<SmallDisk> disk = SmallDisk.onMedium(WORKSPACE, medium.file(), kind.mkfs());
            assumeThat(disk)
                    .as("the failing disk cannot be mounted: run the tests as root")
                    .isPresent();
            return new Stand(
                    medium,
                    disk.orElseThrow(),
                    WORKSPACE.agent(name).withPool(disk.orElseThrow().directory("pool")));
        }
    }

    private static Path bytes(String name, long seed) {
        return SparseFile.write(WORKSPACE.file(name), seed, 3 * MIB + 12_345);
    }

    @Test
    void readsThatFailCostNoImage() throws IOException {
        // Given
        Stand stand = Stand.of("reads", Kind.WITH_JOURNAL);
        AgentProcess agent = stand.setup().start();
        Path content = bytes("read-content", 1);
        JsonNode image = agent.images().upload("disk", content);

        // When nothing can be read
        stand.medium().failAll(Request.READ);
        CurlAnswer download = agent.images().content("disk").run();
        JsonNode blind = new Scrubs(agent).failing("*", "deep");
        stand.medium().heal();

        // Then nobody gets other bytes, and nothing is concluded: once it can be read again all is well
        assertThat(download.exit() != 0 || download.status() >= 500)
                .as("%s", download)
                .isTrue();
        assertThat(Scrubs.findings(blind)).isEmpty();
        assertThat(agent.images().get("disk").path("state").asText()).isEqualTo("ready");
        assertThat(agent.images().download("disk")).hasSameBinaryContentAs(content);
        assertThat(Scrubs.findings(new Scrubs(agent).run("*", "deep"))).isEmpty();

        // When one cluster cannot be
        long place = stand.disk().placeOnMedium(stand.setup().files().data(image), 2 * MIB);
        stand.medium().failAll(Request.READ, place);
        List<JsonNode> findings = Scrubs.findings(new Scrubs(agent).run("image/disk", "deep"));

        // Then it is named, and the image is not served
        assertThat(findings).hasSize(1);
        requireUnreadable(findings.get(0));
        assertThat(findings.get(0).path("chunk").asLong()).isEqualTo(2);
        agent.images().content("disk").run().requireProblem(409, "image-quarantined");
        agent.terminate();
    }

    private static void requireUnreadable(JsonNode finding) {
        assertThat(finding.path("finding").asText()).as("%s", finding).isEqualTo("unreadable");
    }

    @ParameterizedTest
    @EnumSource(Kind.class)
    void writesThatFailCostNoImage(Kind kind) throws IOException {
        // Given
        Stand stand = Stand.of("writes-" + kind, kind);
        AgentProcess agent = stand.setup().start();
        Map<String, Path> contents = new TreeMap<>();
        for (String name : List.of("deleted", "kept", "refused")) {
            contents.put(name, bytes(kind + name, contents.size()));
        }
        agent.images().upload("deleted", contents.get("deleted"));
        agent.images().upload("kept", contents.get("kept"));

        // When nothing can be written
        stand.medium().failAll(Request.WRITE);
        CurlAnswer upload = agent.images()
                .content("refused")
                .sending(contents.get("refused"))
                .run();
        CurlAnswer deletion = agent.images().delete("deleted");
        CurlAnswer volume = agent.curl("/v1/volumes")
                .with("-H", "Content-Type: application/json", "-d", "{\"name\":\"v\",\"sizeBytes\":\"1M\"}")
                .run();

        // Then nothing is said to be done, what is there is served, and the agent is not ready
        assertThat(List.of(upload, deletion, volume))
                .allSatisfy(
                        answer -> assertThat(answer.status()).as("%s", answer).isGreaterThanOrEqualTo(500));
        assertThat(agent.images().download("kept")).hasSameBinaryContentAs(contents.get("kept"));
        Awaitility.await("that a write was tried after the failure")
                .atMost(PATIENCE)
                .until(agent::readiness, status -> status == 503);

        // When it can be again
        stand.medium().heal();
        if (kind == Kind.WITH_JOURNAL) {
            agent.kill9();
            stand.disk().checkAndMountAgain();
            agent = stand.setup().start();
        } else {
            agent.awaitReady();
        }

        // Then what is shown is whole, and names are free
        requireShownIsWhole(agent, contents);
        contents.put("next", contents.get("refused"));
        agent.images().upload("next", contents.get("next"));
        if (kind == Kind.WITHOUT_JOURNAL) {
            agent.terminate();
            agent = stand.setup().start();
            requireShownIsWhole(agent, contents);
        }
        assertThat(agent.curl("/v1/pool").run().require(200).json().path("unreadable"))
                .isEmpty();
        assertThat(Scrubs.findings(new Scrubs(agent).run("*", "deep"))).isEmpty();
        agent.terminate();
    }

    /** What could not be told at first is told in the end. */
    private static void requireShownIsWhole(AgentProcess agent, Map<String, Path> contents) {
        Awaitility.await("that the agent has found out what there is")
                .atMost(PATIENCE)
                .until(() -> agent.images().list().stream()
                        .allMatch(image -> Set.of("ready", "failed")
                                .contains(image.path("state").asText())));
        Set<String> ready = agent.images().list().stream()
                .filter(image -> image.path("state").asText().equals("ready"))
                .map(image -> image.path("name").asText())
                .collect(Collectors.toCollection(TreeSet::new));
        assertThat(ready).contains("kept").isSubsetOf(contents.keySet());
        ready.forEach(name -> assertThat(agent.images().download(name)).hasSameBinaryContentAs(contents.get(name)));
    }
}
